import { sql } from 'kysely'
import type { Context } from './context.ts'

const PROBE_TIMEOUT_MS = 2000

/** Whether requests can be answered: not shutting down, and the database reads and writes. */
export type Readiness = {
  isReady(): Promise<boolean>
  startDraining(): void
  isDraining(): boolean
}

export function readinessOf(ctx: Context): Readiness {
  let draining = false
  return {
    startDraining() {
      draining = true
    },
    isDraining: () => draining,
    async isReady() {
      if (draining) return false
      const probe = probeDatabase(ctx).then(
        () => true,
        (error: unknown) => {
          ctx.log.warn({ err: error }, 'the database does not answer')
          return false
        },
      )
      return Promise.race([probe, afterMs(PROBE_TIMEOUT_MS, false)])
    },
  }
}

/** Asks what verification asks, for a key and a token that nobody has. */
async function probeDatabase(ctx: Context): Promise<void> {
  await ctx.lookups.key(nobody)
  await ctx.lookups.serviceToken(nobody)
  await sql`select 1 from deployment`.execute(ctx.db)
}

const nobody = 'nobody'

function afterMs<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref())
}
