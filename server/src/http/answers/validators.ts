import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Sends `ETag`, and says whether the client has this state of the resource already: then the
 * answer is a 304 without a body.
 *
 * @param state of [A-Za-z0-9_-], different whenever the answer to this URL is
 * @see RFC 9110 §8.8.3 and §13.1.2; weak, since compressed and plain answers bear the same one
 */
export function hasCurrent(req: FastifyRequest, reply: FastifyReply, state: string): boolean {
  reply.header('ETag', `W/"${state}"`)
  const kept = req.headers['if-none-match']?.split(',').map((tag) => tag.trim())
  return kept?.some((tag) => tag === '*' || tag.replace(/^W\//, '') === `"${state}"`) ?? false
}
