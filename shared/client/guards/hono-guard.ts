import type { Context, MiddlewareHandler } from 'hono'
import { makeGuard, type ApiKeyPrincipal, type GuardOptions } from './guard.ts'
import { isRecord, textIn } from '../service/read-json.ts'
import type { GuardClient } from '../verifier.ts'

/** `c.get('apiKey')` is undefined where an outage was allowed to pass. */
export type HonoGuardEnv = { Variables: { apiKey: ApiKeyPrincipal | undefined } }

/**
 * Makes a middleware, for one route or, with `use`, for all that follow. Each guard on a route
 * asks and counts for itself, so give a route only one.
 *
 * Without `clientIp` the address is known on `@hono/node-server` alone; elsewhere give what the
 * runtime's `getConnInfo` says.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be
 */
export function honoGuard(
  client: GuardClient,
  options: GuardOptions<Context> = {},
): MiddlewareHandler<HonoGuardEnv> {
  const guard = makeGuard(client, options, reader)
  return async (c, next) => {
    const judged = guard(c)
    const outcome = judged instanceof Promise ? await judged : judged
    if (!outcome.passes) return c.body(outcome.body, outcome.status, outcome.headers)
    c.set('apiKey', outcome.apiKey)
    await next()
    // A handler that returns a Response of its own would lose what was set before it ran.
    for (const [name, value] of Object.entries(outcome.headers))
      if (!c.res.headers.has(name)) c.header(name, value)
    return undefined
  }
}

const reader = { header: ({ req }: Context, name: string) => req.header(name), peerIp }

/** As `@hono/node-server` tells it. */
function peerIp({ env }: Context): string | undefined {
  const incoming = isRecord(env) ? env['incoming'] : undefined
  const socket = isRecord(incoming) ? incoming['socket'] : undefined
  return isRecord(socket) ? textIn(socket, 'remoteAddress') : undefined
}
