// Rules of the house that no linter knows: `npm run check` fails with what it finds. A test names the
// root of another tree.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findCircles, findForeignStores, findWrongImports } from './arrows.ts'
import { findForeignTables } from './tables.ts'
import { findTooManyAssertions } from './assertions.ts'
import { findChangesWithoutScene } from './changes.ts'
import { findDeadPaths, findDeadReferences } from './documents.ts'
import { findFullFolders } from './folders.ts'
import { findOldWords } from './words.ts'

const root = process.argv[2] ?? join(import.meta.dirname, '../..')
const sources = globSync('{server,shared,web,scripts}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name === 'dist',
})

type Rule = { message: string; applies(file: string): boolean; pattern: RegExp }

const isStore = (file: string) => file.endsWith('.store.ts')
const isSource = (file: string) => !file.endsWith('.test.ts') && !file.includes('/test/')

const rules: Rule[] = [
  {
    message: 'only config.ts reads process.env',
    applies: (file) =>
      file.startsWith('server/src/') &&
      isSource(file) &&
      !/\/(config|main|serve|cli)\.ts$/.test(file),
    pattern: /process\.env/,
  },
  {
    message: 'only serve.ts listens to signals, and long-work.ts for commands',
    applies: (file) =>
      file.startsWith('server/src/') &&
      isSource(file) &&
      !/\/(serve|commands\/long-work)\.ts$/.test(file),
    pattern: /process\.(?:on|once|addListener)\(/,
  },
  {
    message: 'a store takes the database first',
    applies: isStore,
    pattern: /^export (?:async )?function \w+\((?!\s*(?:db|tx|database): )/m,
  },
  {
    message: 'no sleeping in tests',
    applies: (file) => file.endsWith('.test.ts'),
    pattern: /setTimeout\(|waitForTimeout\(/,
  },
  {
    message: 'what a page will show is polled: expect.poll (what it must never show is not)',
    applies: (file) => file.startsWith('web/e2e/'),
    pattern:
      /expect\(await [^\n]*\.(?:count|is[A-Z]\w+|innerText|inputValue|allInnerTexts|textContent|getAttribute)\([^()]*\)\)(?!\.toBe\(0\))/,
  },
  {
    message: 'no skipped, focused or promised tests',
    applies: (file) => file.endsWith('.test.ts'),
    pattern: /\b(?:test|it|describe)\.(?:skip|only|todo)\b/,
  },
  {
    message: 'zod is imported as a namespace, so that the portal ships only what it uses',
    applies: (file) => isSource(file),
    pattern: /import \{[^}]*\} from 'zod'|import z from 'zod'/,
  },
  {
    message: 'what changes something is a useChange, and a question is a useAsk',
    applies: (file) => file.startsWith('web/src/') && !/\/api\/use-(change|ask)\.ts$/.test(file),
    pattern: /\buseMutation\b/,
  },
  {
    message: 'a call names its route in full, so that a test finds every route that is called',
    applies: (file) => file.startsWith('web/src/'),
    pattern: /\bcall(?:ForFile)?\(\s*`/,
  },
]

const texts = sources.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const code = texts.filter(({ file }) => !file.endsWith('.test.ts'))
const findings = [
  ...findWrongImports(texts),
  ...findForeignStores(code),
  ...findForeignTables(code),
  ...findCircles(code),
  ...findTooManyAssertions(code),
  ...findChangesWithoutScene(texts),
  ...findFullFolders(sources),
]
for (const { file, text } of texts) {
  for (const { message, applies, pattern } of rules)
    if (file !== 'scripts/check/tidy.ts' && applies(file) && pattern.test(text))
      findings.push(`${file}: ${message}`)
  if (basename(file) === 'index.ts') findings.push(`${file}: no barrels`)
}

const isOurs = (name: string) => !['node_modules', 'dist', 'data', '.git'].includes(name)
const files = globSync(['**/*', '.*', '.ci/*'], {
  cwd: root,
  exclude: (name) => !isOurs(basename(name)),
})
const documents = files
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
findings.push(...findDeadPaths(code, files))
const isAboutWords = ({ file }: { file: string }) => file.startsWith('scripts/check/words.')
findings.push(...findOldWords([...texts, ...documents].filter((one) => !isAboutWords(one))))
findings.push(...new Set(findDeadReferences(documents, files, Object.keys(manifest.scripts))))

if (findings.length > 0) {
  process.stderr.write(`${findings.join('\n')}\n`)
  process.exit(1)
}
