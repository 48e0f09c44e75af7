import { expect, test } from 'vitest'
import {
  askedOf,
  isDay,
  isFiltered,
  noFilter,
  readAuditFilter,
  writeAuditFilter,
} from './audit-filter.ts'

const read = (search: string) => readAuditFilter(new URLSearchParams(search))

test('filters that are written to the address are read from it', () => {
  const filter = {
    keyId: 'key_1',
    action: 'key.rotated',
    actorId: 'user_1',
    from: '2026-03-01',
    to: '2026-03-05',
    zone: 'utc',
  } as const
  expect(readAuditFilter(writeAuditFilter(filter))).toEqual(filter)
  expect(writeAuditFilter(noFilter).toString()).toBe('')
  expect([isFiltered(filter), isFiltered(noFilter)]).toEqual([true, false])
})

test('an address may hold anything: unknown values are left out', () => {
  expect(read('keyId=a%20b&action=toString&actorId=%3C&from=2026-13-01&to=0202-01-01')).toEqual(
    noFilter,
  )
})

test('days are asked for as moments, from the start of the first to the end of the last', () => {
  // In New York the clocks change on March 8, so that this day has 23 hours.
  expect(askedOf({ ...noFilter, from: '2026-03-08', to: '2026-03-08' })).toMatchObject({
    from: '2026-03-08T05:00:00.000Z',
    to: '2026-03-09T04:00:00.000Z',
  })
  expect(askedOf({ ...noFilter, zone: 'utc', from: '2026-03-08', to: '2026-03-08' })).toMatchObject(
    { from: '2026-03-08T00:00:00.000Z', to: '2026-03-09T00:00:00.000Z' },
  )
  const { zone: _, ...nothing } = noFilter
  expect(askedOf(noFilter)).toEqual(nothing)
})

test.each([
  ['2026-03-05', true],
  ['2026-3-5', false],
  ['2026-02-32', false],
  ['0202-01-01', false],
  ['', false],
])('%s as a day: %s', (text, answer) => {
  expect(isDay(text)).toBe(answer)
})
