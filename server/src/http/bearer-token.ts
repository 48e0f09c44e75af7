import type { FastifyRequest } from 'fastify'

/** The token of `Authorization: Bearer …`, or undefined. @see RFC 6750 §2.1 */
export function bearerToken(req: FastifyRequest): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(req.headers.authorization ?? '')?.[1]
}
