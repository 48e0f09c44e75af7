import { sql } from 'kysely'
import type { Context } from './context.ts'

const PROBE_TIMEOUT_MS = 2000

/** Whether requests can be answered: not shutting down, and the database reads and writes. */
export type Readiness = { isReady(): Promise<boolean>; startDraining(): void }

export function readinessOf(ctx: Context): Readiness {
  let isDraining = false
  return {
    startDraining() {
      isDraining = true
    },
    async isReady() {
      if (isDraining) return false
      const probe = sql`select 1 from deployment`.execute(ctx.committed).then(
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

function afterMs<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref())
}
