import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  codeArrows,
  findCircles,
  findForeignStores,
  findWrongImports,
  testArrows,
  type Row,
} from './arrows.ts'
import { findForeignTables } from './tables.ts'

const nameOf = (folder: string, one: string) => folder.replace('*', one)
const folders = [
  ...new Set([...codeArrows, ...testArrows].map(({ folder }) => nameOf(folder, 'audit'))),
]

type Planted = [from: string, to: string, ending: string]

function wrongBy(rows: Row[], ending: string): Planted[] {
  return rows.flatMap(({ folder, mayImport }) => {
    const from = nameOf(folder, 'keys')
    return folders
      .filter((to) => ![from, ...mayImport].some((allowed) => `${to}/`.startsWith(`${allowed}/`)))
      .map((to): Planted => [from, to, ending])
  })
}

const wrong = [...wrongBy(codeArrows, '.ts'), ...wrongBy(testArrows, '.test.ts')]

test('every folder of the server is held', () => {
  const held = wrong.map(([from]) => from)
  const root = join(import.meta.dirname, '../../server/src')
  for (const folder of readdirSync(root)) expect(held).toContain(`server/src/${folder}`)
})

test.each(wrong)(
  '%s may not import %s, nor a type of it (in a file that ends in %s)',
  (from, to, ending) => {
    const file = from.endsWith('.ts') ? from : `${from}/list/planted${ending}`
    const up = '../'.repeat(file.split('/').length - 1)
    for (const how of ['import { a }', 'import type { a }', 'export { a }']) {
      const text = `${how} from '${up}${to}/any.ts'\n`
      expect(findWrongImports([{ file, text }])).toHaveLength(1)
    }
    const loaded = `const a = await import('${up}${to}/any.ts')\n`
    expect(findWrongImports([{ file, text: loaded }])).toHaveLength(1)
  },
)

test.each([
  ['web/src/ui/words/Ago.tsx', "import { Link } from 'react-router'"],
  ['web/src/ui/words/Ago.tsx', "import { useQuery } from '@tanstack/react-query'"],
  ['web/src/ui/words/Ago.tsx', "import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'"],
  ['web/src/paths.ts', "import { useLocation } from 'react-router'"],
])('%s may not have: %s', (file, text) => {
  expect(findWrongImports([{ file, text }])).toHaveLength(1)
})

test.each([
  ['web/src/features/keys/list/KeyRow.tsx', "import { a } from '../dialogs/any.ts'"],
  ['web/src/features/keys/list/KeyRow.tsx', "import { a } from '../../../ui/words/Ago.tsx'"],
  ['web/src/features/keys/list/KeyRow.tsx', "import { a } from '@zentrix/shared/schemas/keys.ts'"],
  ['web/src/features/keys/list/KeyRow.tsx', "import { Link } from 'react-router'"],
  ['web/src/ui/words/Ago.tsx', "import { Tooltip } from '@mantine/core'"],
  ['web/src/routes.tsx', "import { a } from './features/keys/list/KeysPage.tsx'"],
])('%s may have: %s', (file, text) => {
  expect(findWrongImports([{ file, text }])).toEqual([])
})

test('folders side by side do not import each other, not even over a third', () => {
  const list = {
    file: 'web/src/features/keys/list/a.ts',
    text: "import type { b } from '../page/b.ts'",
  }
  const page = {
    file: 'web/src/features/keys/page/b.ts',
    text: "import { c } from '../dialogs/c.ts'",
  }
  const dialogs = {
    file: 'web/src/features/keys/dialogs/c.ts',
    text: "import { d } from '../list/d.ts'",
  }
  expect(findCircles([list, page])).toEqual([])
  expect(findCircles([list, page, dialogs])).toHaveLength(3)
})

test('files do not import each other, not even a type', () => {
  const dialogs = {
    file: 'web/src/features/keys/dialogs/KeyDialogs.tsx',
    text: "const a = import('./RevokeKeyDialog.tsx')",
  }
  const dialog = {
    file: 'web/src/features/keys/dialogs/RevokeKeyDialog.tsx',
    text: "import type { Props } from './KeyDialogs.tsx'",
  }
  expect(findCircles([dialogs])).toEqual([])
  expect(findCircles([dialogs, dialog])).toHaveLength(2)
})

test.each([
  ['server/src/features/audit/list-events.ts', '../keys/keys.store.ts', 1],
  ['server/src/features/keys/keys.store.ts', '../audit/audit.store.ts', 1],
  ['server/src/boot/app.ts', '../features/keys/keys.store.ts', 1],
  ['server/src/features/keys/get-key.ts', './keys.store.ts', 0],
  ['server/src/features/keys/transfer/import-keys.ts', '../keys.store.ts', 0],
])('%s imports the store %s: %i findings', (file, target, count) => {
  const text = `import { a } from '${target}'\n`
  expect(findForeignStores([{ file, text }])).toHaveLength(count)
})

test.each([
  ["db.selectFrom('api_keys')", 1],
  ["db.selectFrom('audit_events').innerJoin('users', 'users.id', 'actor_id')", 1],
  ["db\n.insertInto(\n'service_tokens')", 1],
  ["db.updateTable('organizations as mine')", 1],
  ["db.deleteFrom('audit_events')", 0],
])('a store of audit that asks %s: %i findings', (text, count) => {
  const file = 'server/src/features/audit/planted.store.ts'
  expect(findForeignTables([{ file, text }])).toHaveLength(count)
})
