import type { FastifyRequest } from 'fastify'

/**
 * The token of `Authorization: Bearer …`, or undefined. It may hold more than RFC 6750 §2.1 has:
 * a key that was imported is whatever the other system made.
 */
export function bearerToken(req: FastifyRequest): string | undefined {
  return /^bearer +(\S.*)$/i.exec(req.headers.authorization ?? '')?.[1]
}
