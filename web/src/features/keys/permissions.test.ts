import { expect, test } from 'vitest'
import { keyWith } from './key-for-tests.ts'
import { permissionsOf } from './permissions.ts'

const own = keyWith({ createdBy: { id: 'user_1', name: 'Ada' } })
const another = keyWith({ createdBy: { id: 'user_2', name: 'Grace' } })

test.each([
  ['owner', true, true, true, true],
  ['admin', true, true, true, true],
  ['member', true, false, true, false],
  ['viewer', false, false, false, false],
] as const)('an %s may issue, revoke many, change their own key, and another’s', (role, ...may) => {
  const { mayIssue, mayRevokeMany, mayChange } = permissionsOf(role, 'user_1')
  expect([mayIssue, mayRevokeMany, mayChange(own), mayChange(another)]).toEqual(may)
})

test('a person without a role changes nothing', () => {
  const { mayIssue, mayChange } = permissionsOf(undefined, 'user_1')
  expect([mayIssue, mayChange(own)]).toEqual([false, false])
})
