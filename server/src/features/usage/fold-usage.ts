import { MAX_USAGE_INTERVALS } from '@zentrix/shared/schemas/usage.ts'
import type { Context } from '../context.ts'
import type { UsageAge } from '../../store/usage/plan-folding.ts'
import { HOURS_PER_DAY, hourOf } from '../../store/usage/slot.ts'
import { findFact, writeFact } from '../../store/deployment-facts.ts'

// As far back as one answer reaches by hour, hours are kept.
const FOLD_AFTER_DAYS = Math.ceil(MAX_USAGE_INTERVALS / HOURS_PER_DAY)

// Few enough that a transaction takes a few milliseconds, so that no flush waits for it.
const ROWS_AT_ONCE = 500

/**
 * Counts old uses by the day, in its first hour, and removes those that are older than
 * USAGE_RETENTION_DAYS; when a key was last used is kept. Does something once a day, part by part:
 * one that is interrupted has changed no count, and is done again from the start.
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
