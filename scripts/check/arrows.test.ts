import { expect, test } from 'vitest'
import { arrows, findCircles, findWrongImports } from './arrows.ts'

const folders = [
  'server/src/features/keys',
  'scripts',
  'shared/src',
  'web/src/api',
  'web/src/features/audit',
  'web/src/layout',
  'web/src/lib',
  'web/src/ui/words',
]

const wrong = arrows.flatMap(({ folder, mayImport }) => {
  const from = folder.replace('*', 'keys')
  return folders
    .filter((to) => ![from, ...mayImport].some((allowed) => `${to}/`.startsWith(`${allowed}/`)))
    .map((to) => [from, to] as const)
})

test.each(wrong)('%s may not import %s, nor a type of it', (from, to) => {
  const file = from.endsWith('.ts') ? from : `${from}/list/planted.ts`
  const up = '../'.repeat(file.split('/').length - 1)
  for (const how of ['import { a }', 'import type { a }', 'export { a }']) {
    const text = `${how} from '${up}${to}/any.ts'\n`
    expect(findWrongImports([{ file, text }])).toHaveLength(1)
  }
  const loaded = `const a = await import('${up}${to}/any.ts')\n`
  expect(findWrongImports([{ file, text: loaded }])).toHaveLength(1)
})

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
