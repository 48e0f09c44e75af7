import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GuardClient } from '../verifier.ts'
import { makeGuard, type ApiKeyPrincipal, type GuardOptions, type GuardOutcome } from './guard.ts'
import { nodeReader } from './node-request.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `fastifyGuard`; undefined where an outage was allowed to pass. */
    apiKey?: ApiKeyPrincipal | undefined
  }
}

/**
 * A hook as Fastify calls it, with `done`. A hook of your own calls it without, and returns the
 * reply that it then gets: the request was refused.
 */
export type FastifyGuard = {
  (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void
  (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>
}

/**
 * Makes an `onRequest` hook, for one route or, with `addHook`, for all that follow. Each guard on
 * a route asks and counts for itself, so give a route only one.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be
 */
export function fastifyGuard(
  client: GuardClient,
  options: GuardOptions<FastifyRequest> = {},
): FastifyGuard {
  const guard = makeGuard(client, options, reader)

  function hook(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void
  function hook(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>
  function hook(request: FastifyRequest, reply: FastifyReply, done?: (error?: Error) => void) {
    const outcome = guard(request)
    if (done === undefined)
      return Promise.resolve(outcome).then((it) => (apply(request, reply, it) ? undefined : reply))
    if (outcome instanceof Promise)
      outcome
        .then((it) => apply(request, reply, it))
        .then((passes) => void (passes && done()), done)
    else if (apply(request, reply, outcome)) done()
    return undefined
  }
  return hook
}

const reader = nodeReader(({ raw }: FastifyRequest) => raw)

/** @returns whether the request passes; one that does not is answered */
function apply(request: FastifyRequest, reply: FastifyReply, outcome: GuardOutcome): boolean {
  for (const name in outcome.headers) reply.header(name, outcome.headers[name])
  if (outcome.passes) request.apiKey = outcome.apiKey
  else reply.code(outcome.status).send(outcome.body)
  return outcome.passes
}
