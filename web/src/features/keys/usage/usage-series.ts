import { countedOutcomes, type CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import type { KeyUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import {
  addDays,
  dayOf,
  formatHour,
  formatShortDay,
  startOfDay,
  type Zone,
} from '../../../lib/time/days.ts'

export const CHART_DAYS = 30

/** The uses of an hour or a day. */
export type Bar = {
  /** Such as `2026-03-05`, or a moment. */
  start: string
  /** As the reader writes it. */
  name: string
  counts: Record<CountedOutcome, number>
  total: number
}

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

function firstDay(zone: Zone, nowMs: number, days: number): string {
  return addDays(dayOf(new Date(nowMs), zone), 1 - days)
}

/** When the first day of the chart begins, in whichever zone that is earlier. */
export function startOfChart(nowMs: number, days = CHART_DAYS): string {
  const startIn = (zone: Zone) => startOfDay(firstDay(zone, nowMs, days), zone).getTime()
  return new Date(Math.min(startIn('local'), startIn('utc'))).toISOString()
}

/**
 * Adds hours up to the days of a zone. Where its offset is no whole number of hours, an hour that
 * holds midnight counts to the day that it begins in.
 */
export function toDays({ data }: KeyUsage, zone: Zone, nowMs: number, days = CHART_DAYS): Bar[] {
  const first = firstDay(zone, nowMs, days)
  const bars = new Map<string, Bar>()
  for (let at = 0; at < days; at++) {
    const start = addDays(first, at)
    bars.set(start, { start, name: formatShortDay(start), counts: { ...none }, total: 0 })
  }
  for (const { start, counts } of data) {
    const bar = bars.get(dayOf(new Date(start), zone))
    if (!bar) continue
    for (const outcome of countedOutcomes) {
      bar.counts[outcome] += counts[outcome]
      bar.total += counts[outcome]
    }
  }
  return [...bars.values()]
}

/** A bar for each interval as it came: the hours of a day in the reader's zone. */
export function toHours({ data }: KeyUsage): Bar[] {
  return data.map(({ start, counts }) => ({
    start,
    name: formatHour(start),
    counts,
    total: sumOf(counts),
  }))
}

export function sumOf(counts: Record<CountedOutcome, number>): number {
  return countedOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
}

const none: Record<CountedOutcome, number> = {
  VALID: 0,
  RATE_LIMITED: 0,
  INSUFFICIENT_SCOPE: 0,
  IP_NOT_ALLOWED: 0,
  DISABLED: 0,
  EXPIRED: 0,
  REVOKED: 0,
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
