import type { FastifyRequest } from 'fastify'

/**
 * Reads whom a request says it acts for, in `X-User-Id` and `X-Organization-Id`. A header that is
 * sent twice names nobody that exists.
 */
export function namedBy({ headers }: FastifyRequest): {
  userId: string | undefined
  organizationId: string | undefined
} {
  return {
    userId: headers['x-user-id']?.toString(),
    organizationId: headers['x-organization-id']?.toString(),
  }
}
