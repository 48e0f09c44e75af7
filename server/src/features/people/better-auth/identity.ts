import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from '../../context.ts'
import { isDuplicate, isOutage } from '../../../lib/failures.ts'
import { UnreadableError } from '../../../lib/reading/read-values.ts'
import { identityOptions, type IdentityFor } from './identity-options.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * The parts of better-auth that we use: passwords, sessions, cookies, organizations. `handle` throws
 * the database's own errors, where the library would turn them into a 401 or a 500.
 */
export type Identity = { handle(request: Request): Promise<Response> }

/**
 * Sets better-auth up on our database. The library is loaded only here: loading takes a tenth of a
 * second, and a start should not wait for it.
 */
export async function openIdentity(ctx: Context, use: IdentityFor = {}): Promise<Identity> {
  const [{ betterAuth }, { getAdapter }] = await Promise.all([
    import('better-auth'),
    import('better-auth/db/adapter'),
  ])
  const options = await identityOptions(ctx, use)
  const type = ctx.database.dialect
  const adapter = await getAdapter({
    ...options,
    database: { db: ctx.database.peopleDb, type, transaction: type === 'postgres' },
  })
  const failures = new AsyncLocalStorage<{ error?: unknown }>()
  const auth = betterAuth({ ...options, database: () => notingFailures(adapter, failures) })

  return {
    async handle(request) {
      const failure: { error?: unknown } = {}
      try {
        const response = await failures.run(failure, () => auth.handler(request))
        if (isOutage(failure.error)) throw failure.error
        if (response.status >= 500) throw new Error(`better-auth answered ${response.status}`)
        return response
      } catch (error) {
        throw isDuplicate(failure.error) ? alreadyThere() : (failure.error ?? error)
      }
    },
  }
}

/** Remembers the database's errors, because better-auth answers an outage like a bad session. */
function notingFailures<Adapter extends object>(
  adapter: Adapter,
  failures: AsyncLocalStorage<{ error?: unknown }>,
): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          const result: unknown = await Reflect.apply(member, target, args)
          assertReadable(result)
          return result
        } catch (error) {
          const noted = failures.getStore()
          if (noted) noted.error = error
          throw error
        }
      }
    },
  })
}

/** The library treats an invalid moment as one that never comes. @throws {UnreadableError} */
function assertReadable(result: unknown): void {
  const rows: unknown[] = Array.isArray(result) ? result : [result]
  for (const row of rows)
    for (const [field, value] of Object.entries(row ?? {}))
      if (value instanceof Date && Number.isNaN(value.getTime()))
        throw new UnreadableError(`a moment in ${field}`)
}

function alreadyThere(): SessionError {
  return new SessionError(409, 'CONFLICT', 'This exists already')
}
