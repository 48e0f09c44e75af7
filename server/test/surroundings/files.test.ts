import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/store/open-database.ts'
import { startNode } from '../../../scripts/testkit/processes/child.ts'
import { emptyFolder, refusedStart } from '../story/ends.ts'

const NOBODY = 65534

/** A database that was used before. @returns its path, in a folder that is nobody's own */
async function used(): Promise<string> {
  const dir = emptyFolder()
  const path = join(dir, 'keys.db')
  const database = await openDatabase({ dialect: 'sqlite', path }, { as: 'service' })
  await database.close()
  if (process.getuid?.() === 0)
    for (const name of ['', ...readdirSync(dir)]) chownSync(join(dir, name), NOBODY, NOBODY)
  return path
}

async function openAsNobody(path: string): Promise<string> {
  const child = startNode('server/test/surroundings/open-as-nobody.ts', [], {
    DATABASE_URL: `file:${path}`,
  })
  return (await child.ended).stdout
}

test('files that their user may write are opened', async () => {
  expect(await openAsNobody(await used())).toBe('opened\n')
})

test.each(['keys.db', 'keys-usage.db', 'keys.db.lock'])(
  'a %s that may only be read ends the start in one line',
  async (name) => {
    const path = await used()
    chmodSync(join(path, '..', name), 0o444)
    expect(await openAsNobody(path)).toMatch(/^DatabaseError: [^\n]*readonly[^\n]*\n$/)
  },
)

test('a folder that may only be read ends the start in one line', async () => {
  const path = await used()
  chmodSync(join(path, '..'), 0o555)
  expect(await openAsNobody(path)).toMatch(/^DatabaseError: [^\n]*readonly[^\n]*\n$/)
})

test('a journal that another user made ends the start in one line', async () => {
  const path = await used()
  writeFileSync(`${path}-wal`, '')
  chmodSync(`${path}-wal`, 0o444)
  expect(await openAsNobody(path)).toMatch(/^DatabaseError: [^\n]*readonly[^\n]*\n$/)
})

test('a disk that is full ends the start in one line', async ({ skip }) => {
  const dir = emptyFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir])
  if (mounted.status !== 0) return skip() // for this, a user needs to be root
  onTestFinished(() => void spawnSync('umount', [dir]))
  writeFileSync(join(dir, 'full'), Buffer.alloc(60_000))
  expect(await refusedStart({ DATABASE_URL: `file:${dir}/keys.db` })).toContain('disk is full')
})

test('an auth-secret that is none ends the start in one line', async () => {
  const DATABASE_URL = `file:${emptyFolder()}/keys.db`
  const path = join(DATABASE_URL.slice('file:'.length), '../auth-secret')
  mkdirSync(path)
  expect(await refusedStart({ DATABASE_URL })).toContain(`Cannot use ${path}`)
})

test('a file that something else made in UTF-16 ends the start in one line', async () => {
  const path = join(emptyFolder(), 'keys.db')
  const database = new Sqlite(path)
  database.exec("pragma encoding = 'UTF-16'; create table t (a)")
  database.close()
  expect(await refusedStart({ DATABASE_URL: `file:${path}` })).toContain('UTF-16')
})

test('a Node.js without Unicode ends the start in one line', async () => {
  const preload = join(emptyFolder(), 'no-icu.cjs')
  writeFileSync(preload, 'String.prototype.normalize = function () { return String(this) }')
  expect(await refusedStart({ NODE_OPTIONS: `--require=${preload}` })).toContain('Unicode')
})
