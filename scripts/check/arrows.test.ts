import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
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

test.each(['server/src', 'web/src', 'web/src/features'])('every folder of %s is held', (tree) => {
  const root = join(import.meta.dirname, '../..', tree)
  const inside = readdirSync(root, { withFileTypes: true }).filter((it) => it.isDirectory())
  const held = codeArrows.map(({ folder }) => folder)
  for (const { name } of inside)
    expect(
      [`${tree}/${name}`, `${tree}/${name}/*`, `${tree}/*`].some((one) => held.includes(one)),
    ).toBe(true)
})

test('the check itself fails on an import against each direction', () => {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  writeFileSync(join(root, 'package.json'), '{ "scripts": {} }')
  const planted = wrong.map(([from, to, ending], at) => {
    const file = from.endsWith('.ts') ? from : `${from}/against-${at}${ending}`
    const up = '../'.repeat(file.split('/').length - 1)
    return { file, to, line: `import type { A } from '${up}${to}/any.ts'\n` }
  })
  for (const [file, same] of Map.groupBy(planted, (one) => one.file)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), same.map(({ line }) => line).join(''))
  }
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'tidy.ts'), root],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  expect(status).toBe(1)
  const said = stderr.split('\n')
  const silent = planted.filter(
    ({ file, to }) =>
      !said.some(
        (line) => line.startsWith(`${file}: `) && line.endsWith(` may not import ${to}/any.ts`),
      ),
  )
  expect(silent).toEqual([])
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
