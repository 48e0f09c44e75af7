import { expect, test } from 'vitest'
import {
  countedOutcomes,
  type CountedOutcome,
  type KeyUsage,
} from '@zentrix/shared/schemas/usage.ts'
import {
  formatCount,
  formatShort,
  formatUtcDay,
  niceCeiling,
  shownOutcomes,
  toDays,
  totalOf,
} from './usage-series.ts'

function usageOf(...days: Partial<Record<CountedOutcome, number>>[]): KeyUsage {
  const none = Object.fromEntries(countedOutcomes.map((outcome) => [outcome, 0]))
  const data = days.map((counts, at) => ({
    start: `2026-03-0${at + 1}T00:00:00.000Z`,
    counts: { ...none, ...counts } as Record<CountedOutcome, number>,
  }))
  return { data }
}

test('a day has the total of all its outcomes', () => {
  const days = toDays(usageOf({ VALID: 3, REVOKED: 2 }, {}))
  expect(days.map(({ total }) => total)).toEqual([5, 0])
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
  expect(formatUtcDay('2026-03-05T00:00:00.000Z')).toBe('Mar 5')
})
