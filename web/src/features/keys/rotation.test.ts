import { expect, test } from 'vitest'
import { keyWith } from './key-for-tests.ts'
import { isLive, isQuiet, mayRotate, overlaps, usualOverlapSeconds } from './rotation.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')

test('a leaked key is given less time than any other', () => {
  const usual = usualOverlapSeconds(keyWith({}))
  const leaked = usualOverlapSeconds(keyWith({ leakedAt: '2026-03-05T14:00:00.000Z' }))
  expect([usual, leaked]).toEqual([86_400, 3600])
  const offered = overlaps.map(({ seconds }) => seconds)
  expect(offered).toEqual(expect.arrayContaining([usual, leaked]))
})

test('a key that ended, or was rotated before, cannot be rotated', () => {
  expect(mayRotate(keyWith({ status: 'disabled' }))).toBe(true)
  expect(mayRotate(keyWith({ status: 'expired' }))).toBe(false)
  expect(mayRotate(keyWith({ rotatedTo: 'key_2' }))).toBe(false)
})

test('a key lives until it is revoked or expires', () => {
  expect(isLive(keyWith({}), nowMs)).toBe(true)
  expect(isLive(keyWith({ status: 'revoked' }), nowMs)).toBe(false)
  expect(isLive(keyWith({ expiresAt: '2026-03-05T14:30:00.000Z' }), nowMs)).toBe(false)
  expect(isLive(keyWith({ expiresAt: '2026-03-05T14:30:00.001Z' }), nowMs)).toBe(true)
})

test('a key is quiet when it was not used for an hour', () => {
  expect(isQuiet(keyWith({}), nowMs)).toBe(true)
  expect(isQuiet(keyWith({ lastUsedAt: '2026-03-05T13:30:00.000Z' }), nowMs)).toBe(false)
  expect(isQuiet(keyWith({ lastUsedAt: '2026-03-05T13:29:59.999Z' }), nowMs)).toBe(true)
})
