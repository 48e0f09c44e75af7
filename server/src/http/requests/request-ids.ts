import type { FastifyReply, FastifyRequest } from 'fastify'

const keyId = /^key_[0-9A-Za-z]{1,64}$/

/** Who asked, for whom and about what; absent where nobody was authenticated. */
export function idsOf({ principal, params }: FastifyRequest, reply: FastifyReply) {
  const id = params instanceof Object && 'id' in params ? params.id : undefined
  const isKey = typeof id === 'string' && keyId.test(id)
  const judged = reply.getHeader('X-Auth-Key-Id')
  const organization = reply.getHeader('X-Auth-Organization-Id')
  return {
    personId: principal?.type === 'user' ? principal.id : undefined,
    serviceId: principal?.type === 'service' ? principal.id : undefined,
    keyId: principal?.type === 'key-holder' ? principal.id : isKey ? id : judged || undefined,
    organizationId:
      principal && 'organizationId' in principal
        ? principal.organizationId
        : organization || undefined,
  }
}
