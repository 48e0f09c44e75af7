import type { FastifyRequest } from 'fastify'
import { isScope, MAX_SCOPES } from '@zentrix/shared/scopes.ts'
import { invalidField } from '../../../lib/errors.ts'
import type { CheckQuestion } from './answer-check.ts'
import { clientIp } from '../../../http/requests/client-ip.ts'
import { keyOf } from '../../../http/requests/credentials.ts'

/** A gateway's question on behalf of its client, and the status that it wants for a refusal. */
export type GatewayQuestion = CheckQuestion & {
  hadCredential: boolean
  /** For a key that is out of budget: nginx turns a 429 into a 500. */
  statusOutOfBudget: 403 | 429
}

/**
 * Reads only headers and query, and ignores unknown parameters: Envoy appends the client's query
 * to ours.
 *
 * @throws {InvalidInputError} for a scope outside the grammar, or more scopes than a key can hold
 */
export function gatewayQuestion(req: FastifyRequest): GatewayQuestion {
  const key = keyOf(req)
  const { scope, deny } = req.query as Record<string, string | string[] | undefined>
  return {
    secret: typeof key === 'string' ? null : key.text,
    hadCredential: key !== 'none',
    scopes: scope === undefined ? [] : checkedScopes(scope),
    ip: clientIp(req),
    requestId: () => req.id,
    statusOutOfBudget: deny === '403' ? 403 : 429,
  }
}

function checkedScopes(given: string | string[]): string[] {
  const scopes = [given].flat()
  if (scopes.length > MAX_SCOPES) throw invalidField('scope', `At most ${MAX_SCOPES} scopes`)
  if (!scopes.every(isScope))
    throw invalidField('scope', 'Must be words of a-z, 0-9, _ or -, joined by colons')
  return scopes
}
