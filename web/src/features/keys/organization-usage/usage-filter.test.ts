import { expect, test } from 'vitest'
import { MAX_USAGE_INTERVALS } from '@zentrix/shared/schemas/usage/usage.ts'
import { rangeNames, readUsageFilter, toUsageQuery, writeUsageFilter } from './usage-filter.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')
const HOUR_MS = 3_600_000

test('the address keeps what is shown, and defaults stay out of it', () => {
  const address = 'range=30d&environment=staging&zone=utc'
  expect(writeUsageFilter(readUsageFilter(new URLSearchParams(address))).toString()).toBe(address)
  for (const odd of ['', 'range=1y&environment=prod&zone=mars', 'range=constructor'])
    expect(writeUsageFilter(readUsageFilter(new URLSearchParams(odd))).toString()).toBe('')
})

test('a day is 24 hours, and longer times fit into one answer', () => {
  const ofRange = (range: keyof typeof rangeNames) =>
    toUsageQuery({ range, environment: '', zone: 'local' }, nowMs)
  expect(ofRange('24h')).toEqual({ interval: 'hour', from: '2026-03-04T15:30:00.000Z' })
  expect(ofRange('90d')).toEqual({ interval: 'day', from: '2025-12-06T14:30:00.000Z' })
  for (const range of ['7d', '30d'] as const) {
    const { interval, from } = ofRange(range)
    expect(interval).toBe('hour')
    expect((nowMs - Date.parse(from)) / HOUR_MS).toBeLessThan(MAX_USAGE_INTERVALS)
  }
})
