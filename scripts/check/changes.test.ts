import { expect, test } from 'vitest'
import { findChangesWithoutScene } from './changes.ts'

test('a route that the portal changes something by is found unless a scene is about it', () => {
  const called = {
    file: 'web/src/features/a.queries.ts',
    text: "call('POST /api/a'); call('GET /api/b'); call('POST /api/keys/find')",
  }
  const scene = { file: 'web/e2e/two-in-the-morning/changes/a.ts', text: "'POST /api/a': {}" }
  expect(findChangesWithoutScene([called, scene])).toEqual([])
  expect(findChangesWithoutScene([called])).toEqual([
    'web/src/features/a.queries.ts: POST /api/a needs a scene of a lost answer in web/e2e/two-in-the-morning/changes',
  ])
})
