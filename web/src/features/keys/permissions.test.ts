import { expect, test } from 'vitest'
import { keyWith } from './key-for-tests.ts'
import { permissionsOf } from './permissions.ts'

const own = keyWith({ createdBy: { id: 'user_1', name: 'Ada' } })
const another = keyWith({ createdBy: { id: 'user_2', name: 'Grace' } })

test.each([
  ['owner', true, true, true],
  ['admin', true, true, true],
  ['member', true, true, false],
  ['viewer', false, false, false],
] as const)('an %s may issue, change their own key, and change another’s', (role, ...may) => {
  const { mayIssue, mayChange } = permissionsOf(role, 'user_1')
  expect([mayIssue, mayChange(own), mayChange(another)]).toEqual(may)
})

test('a person without a role changes nothing', () => {
  const { mayIssue, mayChange } = permissionsOf(undefined, 'user_1')
  expect([mayIssue, mayChange(own)]).toEqual([false, false])
})
