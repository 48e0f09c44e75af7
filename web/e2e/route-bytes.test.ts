import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'

const MAX_BYTES = 200 * 1024

const assets = join(import.meta.dirname, '../dist/assets')
const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))

/** The file of a module's own, whose name goes on with a hash. */
function fileOf(name: string): string {
  const files = scripts.filter((file) => file.startsWith(`${name}-`))
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
