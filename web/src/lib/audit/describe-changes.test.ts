import { expect, test } from 'vitest'
import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import { describeChanges, fieldName } from './describe-changes.ts'
import { eventWith } from './event-for-tests.ts'

/** The changes as `name: from → to`. */
function wordsOf(changes: Record<string, unknown>, action: AuditAction = 'key.updated'): string[] {
  return describeChanges(eventWith({ action, changes })).map(({ name, from, to }) =>
    (from === null ? `${name}: ${to}` : `${name}: ${from} → ${to}`).replaceAll('\u202f', ' '),
  )
}

test('a change says what was before and what is after', () => {
  expect(
    wordsOf({
      label: { from: 'Old server', to: 'New server' },
      environment: { from: 'production', to: 'staging' },
      scopes: { from: [], to: ['a:b', 'c'] },
      allowedIps: { from: ['::1'], to: [] },
      rateLimitPerMinute: { from: null, to: 12_000 },
      expiresAt: { from: null, to: '2026-03-05T14:30:00.000Z' },
    }),
  ).toEqual([
    'Label: Old server → New server',
    'Environment: Production → Staging',
    'Scopes: everything → a:b, c',
    'Allowed addresses: ::1 → any',
    'Requests per minute: the usual limit → 12,000',
    'Expires: never → Mar 5, 2026, 09:30 EST',
  ])
})

test('of a new key only what differs from a plain one is said', () => {
  const plain = { label: 'Shop', enabled: true, scopes: [], expiresAt: null }
  expect(wordsOf(plain, 'key.created')).toEqual([])
  expect(wordsOf({ ...plain, enabled: false, scopes: ['a'] }, 'key.created')).toEqual([
    'Enabled: no',
    'Scopes: a',
  ])
})

test('a change that the action says already is not repeated', () => {
  expect(wordsOf({ enabled: { from: true, to: false } }, 'key.disabled')).toEqual([])
  expect(wordsOf({ userId: 'user_2', role: 'admin' }, 'member.added')).toEqual(['Role: Admin'])
})

test('a rotation leads to the other key, and says how long both work', () => {
  const [successor, overlap] = describeChanges(
    eventWith({ action: 'key.rotated', changes: { rotatedTo: 'key_2', overlapSeconds: 86_400 } }),
  )
  expect(successor).toEqual({ name: 'Replaced by', from: null, to: 'the new key', keyId: 'key_2' })
  expect(overlap).toEqual({ name: 'Overlap', from: null, to: '1 day' })
})

test.each([
  [0, 'none'],
  [1, '1 second'],
  [90, '90 seconds'],
  [5400, '90 minutes'],
  [7200, '2 hours'],
  [604_800, '7 days'],
])('an overlap of %s seconds is said as %s', (overlapSeconds, words) => {
  expect(wordsOf({ overlapSeconds }, 'key.rotated')).toEqual([`Overlap: ${words}`])
})

test('someone who ends a key they hold need not say where they found it', () => {
  expect(wordsOf({ url: null, source: 'key-holder' }, 'key.leaked')).toEqual([])
  expect(wordsOf({ url: 'https://x.example', source: 'commit' }, 'key.leaked')).toEqual([
    'Found at: https://x.example',
    'Found in: commit',
  ])
})

test('a field that has no name of its own is called by its words', () => {
  expect(fieldName('someNewField')).toBe('Some new field')
  expect(fieldName('some_field')).toBe('Some field')
})
