import { expect, test } from 'vitest'
import { countedOutcomes, type CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import type { KeyUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import {
  formatCount,
  formatShort,
  niceCeiling,
  shownOutcomes,
  startOfChart,
  toDays,
  totalOf,
} from './usage-series.ts'

const nowMs = Date.parse('2026-03-03T20:00:00.000Z')

function usageOf(...days: Partial<Record<CountedOutcome, number>>[]): KeyUsage {
  const none = Object.fromEntries(countedOutcomes.map((outcome) => [outcome, 0]))
  const data = days.map((counts, at) => ({
    start: `2026-03-0${at + 1}T00:00:00.000Z`,
    counts: { ...none, ...counts } as Record<CountedOutcome, number>,
  }))
  return { data }
}

test('a day has the total of all its outcomes, and days without use are there', () => {
  const days = toDays(usageOf({ VALID: 3, REVOKED: 2 }, {}), 'utc', nowMs)
  expect(days).toHaveLength(30)
  expect(days[0]!.start).toBe('2026-02-02')
  expect(days.slice(-3).map(({ start, total }) => [start, total])).toEqual([
    ['2026-03-01', 5],
    ['2026-03-02', 0],
    ['2026-03-03', 0],
  ])
})

test('the same hours are of other days in another zone', () => {
  // Midnight in UTC is the evening before in New York, where the tests run.
  const days = toDays(usageOf({ VALID: 3 }, { VALID: 4 }), 'local', nowMs)
  expect(days.slice(-4).map(({ start, total }) => [start, total])).toEqual([
    ['2026-02-28', 3],
    ['2026-03-01', 4],
    ['2026-03-02', 0],
    ['2026-03-03', 0],
  ])
})

test('the chart asks for both zones at once, for no more hours than one answer has', () => {
  expect(startOfChart(nowMs)).toBe('2026-02-02T00:00:00.000Z')
  // An hour later it is another day in UTC than in New York.
  expect(startOfChart(Date.parse('2026-03-04T01:00:00.000Z'))).toBe('2026-02-02T05:00:00.000Z')
})

test('accepted requests are always shown, other outcomes where there were any', () => {
  expect(shownOutcomes(usageOf({}))).toEqual(['VALID'])
  expect(shownOutcomes(usageOf({ REVOKED: 1 }, { RATE_LIMITED: 2 }))).toEqual([
    'VALID',
    'RATE_LIMITED',
    'REVOKED',
  ])
  expect(totalOf(usageOf({ VALID: 3 }, { VALID: 4 }), 'VALID')).toBe(7)
})

test('the top of a chart is a round number that halves into a whole one', () => {
  expect([0, 1, 2, 3, 7, 11, 99, 100, 101, 1234].map(niceCeiling)).toEqual([
    2, 2, 2, 4, 8, 12, 100, 100, 120, 1600,
  ])
  for (let value = 0; value < 5000; value += 7) {
    expect(niceCeiling(value)).toBeGreaterThanOrEqual(value)
    expect(niceCeiling(value) % 2).toBe(0)
  }
})

test('numbers and days are written as people read them', () => {
  expect(formatCount(12_345)).toBe('12,345')
  expect(formatShort(12_345)).toBe('12K')
})
