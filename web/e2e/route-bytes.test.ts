import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'

const MAX_BYTES = 200 * 1024

const assets = join(import.meta.dirname, '../dist/assets')
const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))

/** The file of a page, or of the group that it is put in, whose name goes on with a hash. */
function fileOf(name: string): string {
  const group = { main: 'core', RequireSession: 'list', KeysPage: 'list' }[name] ?? name
  const files = scripts.filter((file) => file.startsWith(`${group}-`))
  expect(files, name).toHaveLength(1)
  return files[0]!
}

/** Adds a file and all that it imports at once. */
function load(file: string, loaded: Set<string>): Set<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  const code = readFileSync(join(assets, file), 'utf8')
  for (const [, imported = ''] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
    load(imported, loaded)
  return loaded
}

/** The paths of the pages' code, as `pages.ts` names them. */
const source = readFileSync(join(import.meta.dirname, '../src/pages.ts'), 'utf8')
const pages = [...source.matchAll(/'\.\/(.+)\.tsx'/g)].map(([, path = '']) => path)

/** The pages that a page stands in. */
function around(page: string): string[] {
  if (/\/session\/|SetUpPage/.test(page)) return []
  const isSetting = /\/(settings|organization)\//.test(page) && !page.endsWith('UsagePage')
  return ['RequireSession', ...(isSetting ? ['SettingsPage'] : [])]
}

test.each(pages)('%s loads less than 200 KB of compressed JavaScript', (page) => {
  const loaded = new Set<string>()
  for (const name of ['main', ...around(page), basename(page)]) load(fileOf(name), loaded)
  const sizes = [...loaded].map((file) => statSync(join(assets, `${file}.br`)).size)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(100 * 1024) // what all pages share is more than this
  expect(bytes).toBeLessThan(MAX_BYTES)
})

// At 50 KB a second this is less than four seconds; the round trips before it take one.
const MAX_FIRST_BYTES = 168 * 1024
const MAX_FIRST_FILES = 8

test('the list of keys is there after few files', () => {
  const html = readFileSync(join(assets, '../index.html'), 'utf8')
  const named = [...html.matchAll(/"\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name)
  const loaded = new Set(named)
  load(fileOf('KeysPage'), loaded)
  const style = readdirSync(assets).find((name) => /^list-.+\.css$/.test(name))!
  const files = ['../index.html', ...loaded, style].map((name) => join(assets, `${name}.br`))
  expect(files.length).toBeGreaterThan(4) // the document names some
  expect(files.length).toBeLessThanOrEqual(MAX_FIRST_FILES)
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(MAX_FIRST_BYTES)
})
