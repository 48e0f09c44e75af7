import { expect, test } from 'vitest'
import { readRevokeFilter, toConditions, writeRevokeFilter } from './revoke-many-filter.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')

test('the address keeps every condition', () => {
  const address = 'environment=staging&createdById=usr_1&olderThanDays=30&unused=true&leaked=true'
  const filter = readRevokeFilter(new URLSearchParams(address))
  expect(writeRevokeFilter(filter).toString()).toBe(address)
  expect(toConditions(filter, nowMs)).toEqual({
    environment: 'staging',
    createdById: 'usr_1',
    createdBefore: '2026-02-03T14:30:00.000Z',
    unusedSince: '2025-12-05T14:30:00.000Z',
    leaked: true,
  })
})

test('keys that were chosen in the list are a condition of their own, and never in the address', () => {
  const filter = readRevokeFilter(new URLSearchParams(), ['key_1', 'key_2', 'no id'])
  expect(writeRevokeFilter(filter).toString()).toBe('')
  expect(toConditions(filter, nowMs)).toEqual({ ids: ['key_1', 'key_2'] })
})

test('what nobody can choose is no condition, and no condition means no key', () => {
  const odd = 'environment=prod&createdById=a%20b&olderThanDays=-1&unused=1&leaked=yes'
  const filter = readRevokeFilter(new URLSearchParams(odd))
  expect(writeRevokeFilter(filter).toString()).toBe('')
  expect(toConditions(filter, nowMs)).toBeNull()
})
