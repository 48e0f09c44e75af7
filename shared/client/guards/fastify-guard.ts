import type { FastifyReply, FastifyRequest } from 'fastify'
import { makeGuard, type ApiKeyPrincipal, type GuardOptions } from './guard.ts'
import { readNodeRequest } from './node-request.ts'
import type { VerifyClient } from '../verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `fastifyGuard`; undefined where an outage was allowed to pass. */
    apiKey?: ApiKeyPrincipal | undefined
  }
}

/**
 * Makes an `onRequest` hook, for one route or, with `addHook`, for all that follow. Each guard on
 * a route asks and counts for itself, so give a route only one.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be
 */
export function fastifyGuard(
  client: VerifyClient,
  options: GuardOptions<FastifyRequest> = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  const guard = makeGuard(client, options)
  return async (request, reply) => {
    const outcome = await guard(readNodeRequest(request.raw, request, options))
    reply.headers(outcome.headers)
    if (!outcome.passes) return reply.code(outcome.status).send(outcome.body)
    request.apiKey = outcome.apiKey
    return undefined
  }
}
