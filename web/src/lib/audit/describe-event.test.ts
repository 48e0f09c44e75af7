import { expect, test } from 'vitest'
import { auditActions } from '@zentrix/shared/schemas/audit.ts'
import {
  actionGroups,
  actionNames,
  describeActor,
  describeEvent,
  describeOwnEvent,
} from './describe-event.ts'
import { eventWith } from './event-for-tests.ts'

test('an event is described by its action', () => {
  expect(describeEvent(eventWith({ action: 'key.rotated' }))).toBe('Rotated a key')
  const imported = eventWith({ action: 'key.created', changes: { imported: true } })
  expect(describeEvent(imported)).toBe('Imported a key')
})

test('a person who made themselves a member has joined', () => {
  const joined = eventWith({ action: 'member.added', changes: { userId: 'user_1' } })
  expect(describeEvent(joined)).toBe('Joined the organization')
  const added = eventWith({ action: 'member.added', changes: { userId: 'user_2' } })
  expect(describeEvent(added)).toBe('Added a member')
})

test('on the page of its key an event does not name the key', () => {
  for (const action of auditActions.filter((name) => name.startsWith('key.')))
    expect(describeOwnEvent(eventWith({ action }))).not.toContain(' key')
  expect(describeOwnEvent(eventWith({ action: 'key.leaked' }))).toBe('Reported as leaked')
  const imported = eventWith({ action: 'key.created', changes: { imported: true } })
  expect(describeOwnEvent(imported)).toBe('Imported')
})

test('someone who only held a key has no name', () => {
  const holder = { type: 'key-holder', id: 'key_1', name: 'Production server' } as const
  expect(describeActor(eventWith({ actor: holder }))).toBe('someone who had it')
  expect(describeActor(eventWith({}))).toBe('Ada')
})

test('every action can be chosen, once, under the thing it is done to', () => {
  const groups = actionGroups()
  expect(groups.map(({ group }) => group)).toEqual([
    'Keys',
    'Members',
    'Portal sessions',
    'Service tokens',
    'Policy',
    'Webhooks',
  ])
  const listed = groups.flatMap(({ actions }) => actions)
  expect(listed.toSorted()).toEqual(Object.keys(actionNames).sort())
  expect(listed.toSorted()).toEqual(auditActions.toSorted())
})
