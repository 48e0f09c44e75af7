import type { Request, RequestHandler } from 'express'
import type { GuardClient } from '../verifier.ts'
import { makeGuard, type ApiKeyPrincipal, type GuardOptions, type GuardOutcome } from './guard.ts'
import { nodeReader } from './node-request.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set by `expressGuard`; undefined where an outage was allowed to pass. */
      apiKey?: ApiKeyPrincipal | undefined
    }
  }
}

/**
 * Makes a middleware, for one route or, with `use`, for all that follow. Each guard on a route
 * asks and counts for itself, so give a route only one.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be
 */
export function expressGuard(
  client: GuardClient,
  options: GuardOptions<Request> = {},
): RequestHandler {
  const guard = makeGuard(client, options, reader)
  return (req, res, next) => {
    const apply = (outcome: GuardOutcome): boolean => {
      for (const name in outcome.headers) res.setHeader(name, outcome.headers[name] ?? '')
      if (outcome.passes) req.apiKey = outcome.apiKey
      else res.writeHead(outcome.status).end(outcome.body)
      return outcome.passes
    }
    const outcome = guard(req)
    // Express 4 waits for no promise, so what fails is handed on.
    if (outcome instanceof Promise)
      outcome.then(apply).then((passes) => void (passes && next()), next)
    else if (apply(outcome)) next()
  }
}

const reader = nodeReader((req: Request) => req)
