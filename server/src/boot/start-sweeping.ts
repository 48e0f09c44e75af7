import type { Context } from '../features/context.ts'
import { eraseResults } from '../features/idempotency/once.ts'
import { forgetChanges } from '../features/leases/changes/forget-changes.ts'
import { announceExpiry } from '../features/keys/expiry/announce-expiry.ts'
import { sweepExpired } from '../features/people/sweep-expired.ts'
import { foldUsage } from '../features/usage/fold-usage.ts'
import { forgetDeliveries } from '../features/webhooks/forget-deliveries.ts'
import { forgetTokens } from '../features/widget/forget-tokens.ts'
import { logNowAndThen } from '../lib/log/log.ts'
import { aloneOnPostgres } from '../store/postgres/advisory-lock.ts'
import { HOUR_MS, MINUTE_MS } from '@zentrix/shared/moment.ts'

type Sweep = (ctx: Context, signal: AbortSignal) => Promise<void>

// Any numbers that nothing else on the database server locks.
const FORGETTING_LOCK = 5_842_771_931
const ERASING_LOCK = 5_842_771_932
const PEOPLE_LOCK = 5_842_771_933
const CHANGES_LOCK = 5_842_771_934
const DELIVERIES_LOCK = 5_842_771_935
const EXPIRY_LOCK = 5_842_771_936

/**
 * Deletes expired rows of each kind at its interval, and says which keys end soon; one node at a time
 * does it.
 */
const sweeps: [sweep: Sweep, intervalMs: number][] = [
  [alone(FORGETTING_LOCK, forgetTokens), MINUTE_MS],
  [alone(ERASING_LOCK, eraseResults), MINUTE_MS],
  [alone(PEOPLE_LOCK, sweepExpired), HOUR_MS],
  [alone(CHANGES_LOCK, forgetChanges), MINUTE_MS],
  [alone(DELIVERIES_LOCK, forgetDeliveries), HOUR_MS],
  [alone(EXPIRY_LOCK, announceExpiry), 10 * MINUTE_MS],
  [foldUsage, HOUR_MS],
]

function alone(lock: number, sweep: Sweep): Sweep {
  return async (ctx, signal) =>
    ctx.database.dialect === 'postgres'
      ? aloneOnPostgres(ctx.db, lock, (db) => sweep({ ...ctx, db }, signal))
      : sweep(ctx, signal)
}

/** Sweeps now and again and again, until the returned function is called. */
export function startSweeping(ctx: Context): () => Promise<void> {
  const stops = sweeps.map(([sweep, intervalMs]) => repeat(ctx, sweep, intervalMs))
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}

/** Sweeps now and after every interval, never twice at once; closing stops a sweep under way. */
function repeat(ctx: Context, sweep: Sweep, intervalMs: number): () => Promise<void> {
  const stopping = new AbortController()
  const note = logNowAndThen(ctx.log, 'warn', 'expired rows could not be deleted')
  let running: Promise<void> | undefined
  function run(): void {
    running ??= sweep(ctx, stopping.signal)
      .catch((error: unknown) => note(error))
      .finally(() => (running = undefined))
  }
  run()
  const timer = setInterval(run, intervalMs)
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await running
  }
}
