import { expect, test } from 'vitest'
import { formatAgo, formatDay, formatExact, formatLeft, formatUntil } from './times.ts'

const now = '2026-03-05T14:30:00.000Z'
const nowMs = Date.parse(now)

test.each([
  ['2026-03-05T14:30:05.000Z', 'just now'], // a clock ahead of ours
  ['2026-03-05T14:29:01.000Z', 'just now'],
  ['2026-03-05T14:29:00.000Z', '1 minute ago'],
  ['2026-03-05T11:31:00.000Z', '2 hours ago'],
  ['2026-03-04T14:30:00.000Z', '1 day ago'],
  ['2026-02-03T14:30:00.000Z', '1 month ago'],
  ['2024-03-05T14:30:00.000Z', '2 years ago'],
])('%s was %s', (timestamp, words) => {
  expect(formatAgo(timestamp, nowMs)).toBe(words)
})

test.each([
  ['2026-03-05T14:29:00.000Z', 'in a moment'],
  ['2026-03-05T14:30:59.000Z', 'in a moment'],
  ['2026-03-05T14:31:00.000Z', 'in 1 minute'],
  ['2026-03-05T15:29:29.000Z', 'in 59 minutes'],
  ['2026-03-05T15:29:59.000Z', 'in 1 hour'],
  ['2026-03-06T14:29:59.000Z', 'in 24 hours'],
  ['2026-03-07T02:30:00.000Z', 'in 2 days'],
  ['2026-03-10T14:30:00.000Z', 'in 5 days'],
  ['2026-03-12T14:29:58.000Z', 'in 7 days'], // chosen two seconds ago
  ['2026-04-04T14:29:59.000Z', 'in 30 days'],
  ['2026-06-03T14:29:59.000Z', 'in 3 months'],
  ['2028-03-05T14:29:59.000Z', 'in 2 years'],
])('%s is %s', (timestamp, words) => {
  expect(formatUntil(timestamp, nowMs)).toBe(words)
})

test.each([
  ['2026-03-05T14:00:00.000Z', '00:00:00'],
  ['2026-03-05T14:30:59.999Z', '00:00:59'],
  ['2026-03-06T14:29:08.000Z', '23:59:08'],
  ['2026-03-06T14:30:00.000Z', '1 day 0 h'],
  ['2026-03-12T13:30:00.000Z', '6 days 23 h'],
])('until %s there is %s left', (timestamp, words) => {
  expect(formatLeft(timestamp, nowMs)).toBe(words)
})

test('exact times and days are those of the zone that the person is in', () => {
  expect(formatExact(now)).toBe('Mar 5, 2026, 09:30 EST')
  expect(formatDay('2026-03-05T04:59:59.999Z')).toBe('Mar 4, 2026')
})
