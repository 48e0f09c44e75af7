import { expect, test } from 'vitest'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { keyWith } from './key-for-tests.ts'
import { noticesOf, wasUsedToday } from './key-notices.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')
const inDays = (days: number) => toMoment(nowMs + days * DAY_MS)
const wordsFor = (settings: Partial<ApiKey>) =>
  noticesOf(keyWith(settings), nowMs).map(({ text }) => text)

test('most keys never expire, so none says that', () => {
  expect(wordsFor({ createdAt: inDays(-1) })).toEqual([])
  expect(wordsFor({ createdAt: inDays(-91) })).toEqual(['Unused for 90 days'])
})

test('an end is announced two weeks before', () => {
  expect(wordsFor({ expiresAt: inDays(14) })).toEqual([])
  expect(wordsFor({ expiresAt: inDays(13.5) })).toEqual(['Expires in 14 days'])
  expect(wordsFor({ expiresAt: inDays(20), rotatedTo: 'key_2' })).toEqual([
    'Replaced, ends in 20 days',
  ])
})

test('an old key should be revoked if nothing uses it, and else be replaced', () => {
  const expiresAt = inDays(100)
  const createdAt = inDays(-91)
  expect(wordsFor({ expiresAt, createdAt, lastUsedAt: inDays(-1) })).toEqual(['Rotate soon'])
  expect(wordsFor({ expiresAt, createdAt, lastUsedAt: inDays(-91) })).toEqual([
    'Unused for 90 days',
  ])
  expect(wordsFor({ expiresAt, createdAt: inDays(-90) })).toEqual([])
})

test('at most two words stand beside a label, the leak first', () => {
  const key = {
    status: 'disabled',
    leakedAt: inDays(-1),
    expiresAt: inDays(1),
    createdAt: inDays(-91),
  } as const
  expect(wordsFor(key)).toEqual(['Leaked', 'Disabled'])
})

test('of a key that ended only the leak is still said', () => {
  expect(wordsFor({ status: 'revoked', createdAt: inDays(-91) })).toEqual([])
  expect(wordsFor({ status: 'expired', leakedAt: inDays(-1) })).toEqual(['Leaked'])
})

test('a leak names no public place where only the holder of the key reported it', () => {
  const leaked = { id: 'key_1', status: 'revoked', leakedAt: inDays(-1) } as const
  const hintFor = (settings: Partial<ApiKey>) =>
    noticesOf(keyWith({ ...leaked, ...settings }), nowMs)[0]?.hint
  expect(hintFor({ revokedBy: { id: 'key_1', name: 'Night batch' } })).toBe(
    'Reported by someone who had it 1 day ago. Nobody can use it any longer.',
  )
  expect(hintFor({ revokedBy: { id: 'usr_1', name: 'Ada' } })).toMatch(/^Found in public 1 day ago/)
})

test('a use is of today for 24 hours', () => {
  expect(wasUsedToday(keyWith({}), nowMs)).toBe(false)
  expect(wasUsedToday(keyWith({ lastUsedAt: inDays(-1) }), nowMs)).toBe(false)
  expect(wasUsedToday(keyWith({ lastUsedAt: inDays(-0.99) }), nowMs)).toBe(true)
})
