import type { Request, RequestHandler } from 'express'
import { makeGuard, type ApiKeyPrincipal, type GuardOptions } from './guard.ts'
import { readNodeRequest } from './node-request.ts'
import type { VerifyClient } from '../verifier.ts'

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
  client: VerifyClient,
  options: GuardOptions<Request> = {},
): RequestHandler {
  const guard = makeGuard(client, options)
  return (req, res, next) => {
    const applied = guard(readNodeRequest(req, req, options)).then((outcome) => {
      for (const [name, value] of Object.entries(outcome.headers)) res.setHeader(name, value)
      if (outcome.passes) req.apiKey = outcome.apiKey
      else res.writeHead(outcome.status).end(outcome.body)
      return outcome.passes
    })
    // Express 4 waits for no promise, so what fails is handed on.
    applied.then((passes) => void (passes && next()), next)
  }
}
