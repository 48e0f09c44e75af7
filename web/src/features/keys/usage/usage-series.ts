import { countedOutcomes, type CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import type { KeyUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import { addDays, dayOf, startOfDay, type Zone } from '../../../lib/time/days.ts'

export const CHART_DAYS = 30

/** A day such as `2026-03-05`. */
export type Day = { day: string; counts: Record<CountedOutcome, number>; total: number }

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

function firstDay(zone: Zone, nowMs: number): string {
  return addDays(dayOf(new Date(nowMs), zone), 1 - CHART_DAYS)
}

/** When the first day of the chart begins, in whichever zone that is earlier. */
export function startOfChart(nowMs: number): string {
  const startIn = (zone: Zone) => startOfDay(firstDay(zone, nowMs), zone).getTime()
  return new Date(Math.min(startIn('local'), startIn('utc'))).toISOString()
}

/**
 * Adds hours up to the days of a zone. Where its offset is no whole number of hours, an hour that
 * holds midnight counts to the day that it begins in.
 */
export function toDays({ data }: KeyUsage, zone: Zone, nowMs: number): Day[] {
  const first = firstDay(zone, nowMs)
  const days = new Map<string, Day>()
  for (let at = 0; at < CHART_DAYS; at++) {
    const day = addDays(first, at)
    days.set(day, { day, counts: { ...none }, total: 0 })
  }
  for (const { start, counts } of data) {
    const day = days.get(dayOf(new Date(start), zone))
    if (!day) continue
    for (const outcome of countedOutcomes) {
      day.counts[outcome] += counts[outcome]
      day.total += counts[outcome]
    }
  }
  return [...days.values()]
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
