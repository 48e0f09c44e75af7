import { expect, test } from 'vitest'
import { invitationPath, keyAuditPath, keyPath, signInPath } from './paths.ts'

test('a key has a page and an audit log of its own', () => {
  expect(keyPath('key_1')).toBe('/api-keys/key_1')
  expect(keyAuditPath('key_1')).toBe('/audit-log?keyId=key_1')
})

test('the token of an invitation is in the fragment, which browsers send nowhere', () => {
  expect(invitationPath('abc')).toBe('/invitation#token=abc')
})

test('signing in returns to where the person was, unless it leads there anyway', () => {
  expect(signInPath('/audit-log?keyId=key_1')).toBe('/sign-in?next=%2Faudit-log%3FkeyId%3Dkey_1')
  expect([signInPath('/'), signInPath('/api-keys')]).toEqual(['/sign-in', '/sign-in'])
})
