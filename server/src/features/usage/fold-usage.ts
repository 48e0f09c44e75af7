import { MAX_USAGE_INTERVALS } from '@zentrix/shared/schemas/usage.ts'
import type { Context } from '../context.ts'
import type { UsageAge } from '../../store/usage/plan-folding.ts'
import { HOURS_PER_DAY, hourOf } from '../../store/usage/slot.ts'
import { findFact, writeFact } from '../../store/deployment-facts.ts'

// Hours are kept as far back as one answer by hour reaches.
const FOLD_AFTER_DAYS = Math.ceil(MAX_USAGE_INTERVALS / HOURS_PER_DAY)

// Few enough that a transaction takes a few milliseconds, so that no flush waits long.
const ROWS_AT_ONCE = 500

/**
 * Folds the hours of old days into the first hour of each day, and removes uses older than
 * USAGE_RETENTION_DAYS, except the last use of a key. Runs once a day, in small transactions: an
 * interrupted run has changed no count of a day, and starts again.
 */
export async function foldUsage(
  ctx: Context,
  signal: AbortSignal,
  rowsAtOnce = ROWS_AT_ONCE,
): Promise<void> {
  const age = usageAge(ctx)
  const folding = `${age.foldBefore} ${age.removeBefore}`
  if ((await findFact(ctx.db, 'usage_folded')) === folding) return
  await ctx.usage.foldAlone(async (foldRows) => {
    let after: number | undefined = 0
    while (after !== undefined && !signal.aborted)
      after = await foldRows({ ...age, after, limit: rowsAtOnce })
    if (!signal.aborted) await writeFact(ctx.db, 'usage_folded', folding)
  })
}

function usageAge({ nowMs, config }: Context): UsageAge {
  const hour = hourOf(nowMs())
  const today = hour - (hour % HOURS_PER_DAY)
  return {
    foldBefore: today - FOLD_AFTER_DAYS * HOURS_PER_DAY,
    removeBefore: today - config.usageRetentionDays * HOURS_PER_DAY,
  }
}
