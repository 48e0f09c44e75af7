import { expect, onTestFinished, test, vi } from 'vitest'
import { addDays, dayOf, firstWholeHour, formatShortDay, startOfDay } from './days.ts'

// The tests run in the zone of New York.
test('a moment is of different days in different zones', () => {
  const moment = new Date('2026-03-05T04:59:59.999Z')
  expect(dayOf(moment, 'local')).toBe('2026-03-04')
  expect(dayOf(moment, 'utc')).toBe('2026-03-05')
  expect(dayOf(new Date('2026-03-08T04:59:59.999Z'), 'local')).toBe('2026-03-07')
  expect(dayOf(new Date('2026-03-08T05:00:00.000Z'), 'local')).toBe('2026-03-08')
  expect(startOfDay('2026-03-05', 'local').toISOString()).toBe('2026-03-05T05:00:00.000Z')
  expect(startOfDay('2026-03-05', 'utc').toISOString()).toBe('2026-03-05T00:00:00.000Z')
})

test('the day after is the day after, also when the clocks change', () => {
  expect(addDays('2026-03-07', 1)).toBe('2026-03-08') // 23 hours long in New York
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test.each([
  ['Asia/Kolkata', '2026-03-04T18:30:00.000Z', '00:30'],
  ['Asia/Kathmandu', '2026-03-04T18:15:00.000Z', '00:45'],
  ['America/St_Johns', '2026-03-05T03:30:00.000Z', '00:30'],
  ['Europe/Berlin', '2026-03-04T23:00:00.000Z', '00:00'],
])('in %s a day begins at its own midnight, and its whole hours after', (zone, begins, hour) => {
  vi.stubEnv('TZ', zone)
  onTestFinished(() => void vi.unstubAllEnvs())
  const start = startOfDay('2026-03-05', 'local')
  expect(start.toISOString()).toBe(begins)
  expect(dayOf(start, 'local')).toBe('2026-03-05')
  expect(dayOf(new Date(start.getTime() - 1), 'local')).toBe('2026-03-04')
  expect(firstWholeHour(start, 'local')).toBe(hour)
  expect(firstWholeHour(start, 'utc')).toBe('00:00')
})

test('a short day is written as the reader writes it', () => {
  expect(formatShortDay('2026-03-05')).toBe('Mar 5')
})
