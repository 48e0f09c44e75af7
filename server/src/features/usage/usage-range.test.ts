import { describe, expect, test } from 'vitest'
import { KeyUsage, UsageQuery } from '@zentrix/shared/schemas/usage/usage.ts'
import { slotOf, hourOf } from '../../store/usage/slot.ts'
import { byInterval, usageRange } from './usage-range.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')

/** When the first and the last interval start, and how many there are. */
function spanOf(query: UsageQuery, now = nowMs) {
  const intervals = byInterval([], usageRange(UsageQuery.parse(query), now))
  return [intervals[0]!.start, intervals.at(-1)!.start, intervals.length]
}

describe('the intervals of an answer', () => {
  test('are the last 24 hours by default, the present one included', () => {
    expect(spanOf({})).toEqual(['2026-03-04T15:00:00.000Z', '2026-03-05T14:00:00.000Z', 24])
    const onTheHour = Date.parse('2026-03-05T14:00:00.000Z')
    expect(spanOf({}, onTheHour)[1]).toBe('2026-03-05T14:00:00.000Z')
  })

  test('are the last 30 days for days', () => {
    const span = ['2026-02-04T00:00:00.000Z', '2026-03-05T00:00:00.000Z', 30]
    expect(spanOf({ interval: 'day' })).toEqual(span)
  })

  test('are all that overlap the time; its end is not included', () => {
    const from = '2026-03-01T10:59:59.999Z'
    const span = (to: string) => spanOf({ from, to }).slice(1)
    expect(span('2026-03-01T12:00:00.000Z')).toEqual(['2026-03-01T11:00:00.000Z', 2])
    expect(span('2026-03-01T12:00:00.001Z')).toEqual(['2026-03-01T12:00:00.000Z', 3])
    expect(spanOf({ from, to: '2026-03-01T11:00:00.000Z', interval: 'day' })).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
      1,
    ])
  })

  test('are those of UTC, in any offset of the query', () => {
    const from = '2026-03-01T01:30:00+05:30'
    const span = ['2026-02-28T20:00:00.000Z', '2026-02-28T20:00:00.000Z', 1]
    expect(spanOf({ from, to: '2026-03-01T02:30:00+05:30' })).toEqual(span)
  })

  test('end at the given end, and begin a day before it by default', () => {
    const span = ['2026-01-31T00:00:00.000Z', '2026-01-31T23:00:00.000Z', 24]
    expect(spanOf({ to: '2026-02-01T00:00:00.000Z' })).toEqual(span)
  })

  test('span at most 31 days of hours, or two years of days', () => {
    const from = '2026-02-02T15:00:00.000Z'
    expect(spanOf({ from })[2]).toBe(31 * 24)
    expect(spanOf({ from: '2024-03-05T00:00:00.000Z', interval: 'day' })[2]).toBe(731)
  })
})

test.each([
  ['from', { from: '2026-03-05T14:30:00.001Z' }],
  ['from', { from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }],
  ['from', { from: '2026-03-02T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }],
  ['from', { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T06:00:00.001Z' }],
  ['from', { from: '2023-01-01T00:00:00.000Z', interval: 'day' as const }],
  ['from', { from: '0001-01-01T00:00:00.000Z' }],
  ['from', { to: '1970-01-01T05:00:00.000Z' }],
  ['to', { from: '9999-12-31T00:00:00.000Z', to: '9999-12-31T23:00:00.000Z' }],
])('%s is refused in %j', (path, query) => {
  expect(() => usageRange(query, nowMs)).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      details: [expect.objectContaining({ path })],
    }),
  )
})

test('hours of a day add up for each outcome, and every outcome is named', () => {
  const day = hourOf(Date.parse('2026-03-01T00:00:00.000Z'))
  const rows = [
    { slot: slotOf(7, 0, day), count: 1 },
    { slot: slotOf(7, 0, day + 23), count: 2 },
    { slot: slotOf(7, 0, day + 24), count: 4 },
    { slot: slotOf(7, 2, day + 1), count: 8 },
  ]
  const range = { firstHour: day, endHour: day + 48, hoursPerInterval: 24 }
  const data = byInterval(rows, range)
  const none = {
    VALID: 0,
    REVOKED: 0,
    EXPIRED: 0,
    DISABLED: 0,
    IP_NOT_ALLOWED: 0,
    INSUFFICIENT_SCOPE: 0,
    RATE_LIMITED: 0,
  }
  expect(data.map(({ counts }) => counts)).toEqual([
    { ...none, VALID: 3, REVOKED: 8 },
    { ...none, VALID: 4 },
  ])
  expect(KeyUsage.parse({ data })).toEqual({ data })
})
