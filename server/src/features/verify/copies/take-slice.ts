import type { Context } from '../../context.ts'
import { whenReady, type MaybePromise } from '../../../lib/maybe-promise.ts'
import type { KeyAsOf } from '../verify.store.ts'
import { limitOf, type Verdict } from '../verify-key.ts'

/** A part of a minute's budget that a verifier may take by itself. */
export type Slice = { units: number; endsInMs: number; resetAtMs: number }

// The last tenth of a budget is taken unit by unit, so that it is not refused here while another
// verifier has it and does not use it.
const KEPT_SHARE = 1 / 10

/**
 * Takes a slice out of the key's budget, as large as what the key used in its last tenth of a
 * second; undefined where there is none to be had.
 */
export function takeSlice(
  ctx: Context,
  key: KeyAsOf,
  { valid, rateLimit }: Verdict,
): MaybePromise<Slice | undefined> {
  if (!valid) return undefined
  const limit = limitOf(ctx, key)
  const spare = rateLimit.remaining - Math.ceil(limit * KEPT_SHARE)
  if (spare < 1) return undefined
  const nowMs = ctx.nowMs()
  // Half of what is there, so that another verifier gets some as well.
  const units = Math.min(ctx.sliceSizes.next(key.budgetNumber), Math.ceil(spare / 2))
  return whenReady(ctx.rateLimiter.take(key.budgetNumber, limit, units, nowMs), (state) => {
    const { accepted, endsInMs, resetAtMs } = state
    // While budgets cannot be counted, none is handed out.
    return accepted && endsInMs !== undefined ? { units, endsInMs, resetAtMs } : undefined
  })
}
