import type { CountedOutcome, KeyUsage, UsageInterval } from '@zentrix/shared/schemas/usage.ts'

export type Day = UsageInterval & { total: number }

/** The names of the outcomes, in the order in which bars are stacked. */
export const outcomeNames: Record<CountedOutcome, string> = {
  VALID: 'Accepted',
  RATE_LIMITED: 'Over the limit',
  INSUFFICIENT_SCOPE: 'Scope missing',
  IP_NOT_ALLOWED: 'Address not allowed',
  DISABLED: 'Disabled',
  EXPIRED: 'Expired',
  REVOKED: 'Revoked',
}

const stackOrder = Object.keys(outcomeNames) as CountedOutcome[]

export function toDays({ data }: KeyUsage): Day[] {
  return data.map(({ start, counts }) => ({
    start,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
  }))
}

/** The outcomes to show: accepted always, the others where they occurred. */
export function shownOutcomes(usage: KeyUsage): CountedOutcome[] {
  return stackOrder.filter((outcome) => outcome === 'VALID' || totalOf(usage, outcome) > 0)
}

export function totalOf({ data }: KeyUsage, outcome: CountedOutcome): number {
  return data.reduce((sum, { counts }) => sum + counts[outcome], 0)
}

const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]

/** A round number not below `value`, which halves into a whole one. */
export function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  const candidates = steps.map((step) => Math.round(step * magnitude * 10) / 10)
  return candidates.find((candidate) => candidate >= value && candidate % 2 === 0) ?? value
}

const plain = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact' })

/** Such as `12,345`. */
export function formatCount(count: number): string {
  return plain.format(count)
}

/** Such as `12K`. */
export function formatShort(count: number): string {
  return compact.format(count)
}

const utcDay = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })

/** Such as `Mar 5`. */
export function formatUtcDay(start: string): string {
  return utcDay.format(Date.parse(start))
}
