import type { Environment } from '@zentrix/shared/schemas/keys.ts'
import { DAY_MS, HOUR_MS, toMoment } from '@zentrix/shared/moment.ts'
import type { Zone } from '../../../lib/time/days.ts'
import { isEnvironment } from '../environments.ts'
import { startOfChart } from '../usage/usage-series.ts'

export const rangeNames = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
} as const

export type UsageRange = keyof typeof rangeNames

/** The choices of the page, as in the address. */
export type UsageFilter = { range: UsageRange; environment: Environment | ''; zone: Zone }

/** Anyone may have written the address, so unknown values are ignored. */
export function readUsageFilter(search: URLSearchParams): UsageFilter {
  const range = search.get('range') ?? ''
  const environment = search.get('environment') ?? ''
  return {
    range: isRange(range) ? range : '24h',
    environment: isEnvironment(environment) ? environment : '',
    zone: search.get('zone') === 'utc' ? 'utc' : 'local',
  }
}

/** The reverse of `readUsageFilter`; defaults stay out of the address. */
export function writeUsageFilter({ range, environment, zone }: UsageFilter): URLSearchParams {
  const search = new URLSearchParams()
  if (range !== '24h') search.set('range', range)
  if (environment !== '') search.set('environment', environment)
  if (zone === 'utc') search.set('zone', zone)
  return search
}

export function isRange(text: string): text is UsageRange {
  return Object.hasOwn(rangeNames, text)
}

export function daysOf(range: Exclude<UsageRange, '24h'>): number {
  return { '7d': 7, '30d': 30, '90d': 90 }[range]
}

/**
 * The query for the API. Hours can be added up to the days of any zone, but are not kept for 90
 * days: these are the API's own days, those of UTC.
 */
export function toUsageQuery({ range, environment }: UsageFilter, nowMs: number) {
  const ofEnvironment = environment === '' ? {} : { environment }
  if (range === '90d') {
    const from = toMoment(nowMs - (daysOf(range) - 1) * DAY_MS)
    return { interval: 'day', from, ...ofEnvironment } as const
  }
  const from = range === '24h' ? toMoment(nowMs - 23 * HOUR_MS) : startOfChart(nowMs, daysOf(range))
  return { interval: 'hour', from, ...ofEnvironment } as const
}
