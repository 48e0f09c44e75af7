import { expect, test } from 'vitest'
import { noPolicy } from '../src/policy.ts'
import { endOfOverlap, findRotationRefusal, successorExpiry } from '../src/rotation.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')

test('the new key lasts as long as the old one was made to last', () => {
  const old = { createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' }
  expect(successorExpiry(old, nowMs, noPolicy)).toBe('2026-04-04T14:30:00.000Z')
  expect(successorExpiry({ ...old, expiresAt: null }, nowMs, noPolicy)).toBeNull()
})

test('the new key lasts no longer than the policy allows', () => {
  const old = { createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' }
  const policy = { maxLifetimeDays: 7 }
  const longest = '2026-03-12T14:30:00.000Z'
  expect(successorExpiry(old, nowMs, policy)).toBe(longest)
  expect(successorExpiry({ ...old, expiresAt: null }, nowMs, policy)).toBe(longest)
  expect(successorExpiry({ ...old, expiresAt: '2026-01-04T00:00:00.000Z' }, nowMs, policy)).toBe(
    '2026-03-08T14:30:00.000Z',
  )
})

test('no key expires after the year 9999', () => {
  const old = { createdAt: '2024-01-01T00:00:00.000Z', expiresAt: '9999-01-01T00:00:00.000Z' }
  expect(successorExpiry(old, nowMs, noPolicy)).toBe('9999-12-31T23:59:59.999Z')
})

test('the old key ends after the overlap, or at its own expiry if that is earlier', () => {
  expect(endOfOverlap({ expiresAt: null }, 3600, nowMs)).toBe('2026-03-05T15:30:00.000Z')
  const expiresAt = '2026-03-05T15:00:00.000Z'
  expect(endOfOverlap({ expiresAt }, 3600, nowMs)).toBe(expiresAt)
  expect(endOfOverlap({ expiresAt }, 60, nowMs)).toBe('2026-03-05T14:31:00.000Z')
})

test('a key that ended or was rotated before cannot be rotated', () => {
  expect(findRotationRefusal({ status: 'active', rotatedTo: null })).toBeNull()
  expect(findRotationRefusal({ status: 'disabled', rotatedTo: null })).toBeNull()
  expect(findRotationRefusal({ status: 'revoked', rotatedTo: null })).toMatch('revoked')
  expect(findRotationRefusal({ status: 'expired', rotatedTo: null })).toMatch('expired')
  expect(findRotationRefusal({ status: 'active', rotatedTo: 'key_2' })).toMatch('before')
})
