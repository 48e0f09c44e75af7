import { MAX_USAGE_INTERVALS } from '@zentrix/shared/schemas/usage/usage.ts'
import type { Context } from '../context.ts'
import type { Db } from '../../store/schema/database.ts'
import type { Folding, UsageAge } from '../../store/usage/plan-folding.ts'
import { HOURS_PER_DAY, hourOf } from '../../store/usage/slot.ts'
import { settleUsage } from './write-behind/flush-usage.ts'
import { findFact, writeFact } from '../../store/deployment-facts.ts'

// Hours are kept as far back as one answer by hour reaches.
const FOLD_AFTER_DAYS = Math.ceil(MAX_USAGE_INTERVALS / HOURS_PER_DAY)

// Few enough that a transaction takes a few milliseconds, so that no flush waits long.
const ROWS_AT_ONCE = 500
const KEYS_AT_ONCE = 50
const LATE_DAYS = 2

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
  // Uses that are only noted so far are not in the rows that are folded and added up.
  await settleUsage(ctx)
  await ctx.usage.foldAlone(async (fold) => {
    await eachPart(signal, 0, (after) => fold.rows({ ...age, after, limit: rowsAtOnce }))
    await eachPart(signal, '', (after) => fold.organizations({ ...age, after }))
    await countDays(ctx, signal, fold, age)
    if (!signal.aborted) await writeFact(ctx.db, 'usage_folded', folding)
  })
}

async function eachPart<Place>(
  signal: AbortSignal,
  first: Place,
  part: (after: Place) => Promise<Place | undefined>,
): Promise<void> {
  let after: Place | undefined = first
  while (after !== undefined && !signal.aborted) after = await part(after)
}

/** Adds up the days that are over, so that the most used keys of a long time are found fast. */
async function countDays(
  ctx: Context,
  signal: AbortSignal,
  fold: Folding,
  { removeBefore }: UsageAge,
): Promise<void> {
  const until = startOfToday(ctx)
  const counted = await findDaysCounted(ctx.db)
  // Verifiers may bring uses a day later.
  const from = Math.max(removeBefore, counted - LATE_DAYS * HOURS_PER_DAY, 0)
  const question = { limit: KEYS_AT_ONCE, from, until, removeBefore }
  await eachPart(signal, 0, (afterKey) => fold.days({ ...question, afterKey }))
  if (!signal.aborted) await writeFact(ctx.db, 'usage_days', `${until}`)
}

/** The hour before which days are added up; 0 before the first time. */
export async function findDaysCounted(db: Db): Promise<number> {
  return Number((await findFact(db, 'usage_days')) ?? 0)
}

function startOfToday({ nowMs }: Context): number {
  const hour = hourOf(nowMs())
  return hour - (hour % HOURS_PER_DAY)
}

function usageAge(ctx: Context): UsageAge {
  const today = startOfToday(ctx)
  return {
    foldBefore: today - FOLD_AFTER_DAYS * HOURS_PER_DAY,
    removeBefore: today - ctx.config.usageRetentionDays * HOURS_PER_DAY,
  }
}
