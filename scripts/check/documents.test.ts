import { expect, test } from 'vitest'
import { findDeadPaths, findDeadReferences } from './documents.ts'

const files = ['README.md', 'server/OPERATING.md', 'server/src/http/server/drain.ts']

function find(text: string, file = 'server/OPERATING.md'): string[] {
  return findDeadReferences([{ file, text }], files, ['keys'])
}

test.each([
  'see [the start](../README.md#run-it), [here](#settings) and [there](https://example.com/a.md)',
  'in `server/src/http`, `server/drain.ts`, `drain.ts` and `*.ts`',
  'the header `application/json`, the path `/api/keys.json`, the package `@types/*`',
  'npm run -s keys -- doctor',
  '```ts\nimport `features/gone.ts`\n```',
])('a document may say: %s', (text) => {
  expect(find(text)).toEqual([])
})

test.each([
  ['[the start](README.md)', 'server/README.md'],
  ['`server/src/gone`', 'server/src/gone'],
  ['`gone.ts`', 'gone.ts'],
  ['`rain.ts`', 'rain.ts'],
  ['`http/*.mjs`', 'http/*.mjs'],
  ['`npm run gone`', 'npm run gone'],
])('a document may not say: %s', (text, dead) => {
  expect(find(text)).toEqual([`server/OPERATING.md: there is no ${dead}`])
})

test('code starts only files that exist', () => {
  const run = (path: string) => [{ file: 'scripts/a.ts', text: `start('${path}', [])` }]
  expect(findDeadPaths(run('server/src/http/server/drain.ts'), files)).toEqual([])
  expect(findDeadPaths(run('server/src/gone.ts'), files)).toEqual([
    'scripts/a.ts: there is no server/src/gone.ts',
  ])
})
