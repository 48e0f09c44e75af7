import { countedOutcomes, outcomes } from '@zentrix/shared/verification/outcomes.ts'
import {
  MAX_USAGE_INTERVALS,
  type UsageInterval,
  type UsageQuery,
} from '@zentrix/shared/schemas/usage/usage.ts'
import { invalidField } from '../../lib/errors.ts'
import { UnreadableError } from '../../lib/reading/read-values.ts'
import {
  END_OF_HOURS,
  HOURS_PER_DAY,
  hourOf,
  readSlot,
  slotOf,
  startOfHour,
} from '../../store/usage/slot.ts'
import { recordOf } from '../../lib/typed.ts'

const DEFAULT_HOURS = 24
const DEFAULT_DAYS = 30

/** Whole intervals, by their hours since 1970. */
export type UsageRange = {
  firstHour: number
  /** Not included. */
  endHour: number
  hoursPerInterval: number
}

/**
 * The intervals of a query: all that overlap its time.
 *
 * @throws {InvalidInputError} when the query ends before it starts, or has too many intervals
 */
export function usageRange({ from, to, interval }: UsageQuery, nowMs: number): UsageRange {
  const hoursPerInterval = interval === 'day' ? HOURS_PER_DAY : 1
  const defaultHours = interval === 'day' ? DEFAULT_DAYS * HOURS_PER_DAY : DEFAULT_HOURS
  const lastMs = (to === undefined ? nowMs + 1 : Date.parse(to)) - 1
  const endHour = startOfInterval(lastMs, hoursPerInterval) + hoursPerInterval
  const firstHour =
    from === undefined
      ? endHour - defaultHours
      : startOfInterval(Date.parse(from), hoursPerInterval)
  if (from !== undefined && Date.parse(from) > lastMs)
    throw invalidField('from', 'Must be before the end')
  if (firstHour < 0) throw invalidField('from', 'Must not be before 1970')
  if (endHour > END_OF_HOURS) throw invalidField('to', 'Must be before 2089')
  if (endHour - firstHour > MAX_USAGE_INTERVALS * hoursPerInterval)
    throw invalidField('from', `At most ${MAX_USAGE_INTERVALS} intervals fit into one answer`)
  return { firstHour, endHour, hoursPerInterval }
}

function startOfInterval(atMs: number, hoursPerInterval: number): number {
  const hour = hourOf(atMs)
  return hour - (hour % hoursPerInterval)
}

/** The same for the rows of organizations. */
export function organizationByInterval(
  rows: { outcome: number; hour: number; count: number }[],
  range: UsageRange,
): UsageInterval[] {
  return byInterval(
    rows.map(({ outcome, hour, count }) => ({ slot: slotOf(0, outcome, hour), count })),
    range,
  )
}

/** Adds the rows of one key up by interval, intervals without use included. */
export function byInterval(
  rows: { slot: number; count: number }[],
  { firstHour, endHour, hoursPerInterval }: UsageRange,
): UsageInterval[] {
  const length = (endHour - firstHour) / hoursPerInterval
  const intervals = Array.from({ length }, (_, at) => ({
    start: new Date(startOfHour(firstHour + at * hoursPerInterval)).toISOString(),
    counts: noCounts(),
  }))
  for (const { slot, count } of rows) {
    const { outcome: position, hour } = readSlot(slot)
    const outcome = outcomes[position]
    const interval = intervals[Math.floor((hour - firstHour) / hoursPerInterval)]
    if (!outcome || !interval) throw new UnreadableError('a slot in key_usage')
    if (outcome !== 'NOT_FOUND') interval.counts[outcome] += count
  }
  return intervals
}

/** Counts by the outcome that a number stands for. */
export function countsOf(rows: { outcome: number; count: number }[]): UsageInterval['counts'] {
  const counts = noCounts()
  for (const { outcome: position, count } of rows) {
    const outcome = outcomes[position]
    if (outcome !== undefined && outcome !== 'NOT_FOUND') counts[outcome] += count
  }
  return counts
}

const noCounts = () => recordOf(countedOutcomes, () => 0)
