import { randomUUID } from 'node:crypto'
import { readdirSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, inject, test } from 'vitest'
import { createDatabase, openSession } from '../../../../scripts/testkit/processes/postgres.ts'
import { startNode } from '../../../../scripts/testkit/processes/child.ts'
import { emptyFolder } from '../ends.ts'

const AUTH_SECRET = 'a-secret-for-tests-only-0123456789abcdef'

const commands: [words: string[], exitCode: number][] = [
  [['service-token', 'create', '--name=A', '--scopes=keys:verify'], 1],
  [['service-token', 'revoke', 'svc_unknown'], 1],
  [['user', 'reset-password', 'owner@example.com'], 1],
  [['export', '--organization', 'org_unknown'], 1],
  [['revoke', '--organization', 'org_unknown', '--leaked'], 1],
  [['audit-verify'], 1],
  [['backup', '/nonexistent/copy'], 1],
  [['scan', '--no-git', import.meta.dirname], 2],
  [['service-token', 'list'], 1],
]
const SOME = commands.slice(0, 1)

/** Has every command end with one line, and doctor name the fault. */
async function expectRefusals(databaseUrl: string, asked = commands): Promise<void> {
  const env = { DATABASE_URL: databaseUrl, AUTH_SECRET }
  const run = (words: string[]) => startNode('server/src/commands/cli.ts', words, env).ended
  const ended = await Promise.all(asked.map(([words]) => run(words)))
  for (const [at, { code, stdout, stderr }] of ended.entries()) {
    const [words, exitCode] = asked[at]!
    expect([words.join(' '), code, stdout]).toEqual([words.join(' '), exitCode, ''])
    expect(stderr).toMatch(/^[^\n]*database[^\n]*\n$/i)
  }
  const doctor = await run(['doctor'])
  expect(doctor.stdout).toMatch(/^WRONG +Database /m)
  expect(doctor.code).toBe(1)
}

test('no command makes a SQLite database, or takes something else for one', async () => {
  const dir = emptyFolder()
  await expectRefusals(`file:${dir}/missing.db`)
  await expectRefusals(`file:${dir}/missing/keys.db`, SOME)
  expect(readdirSync(dir)).toEqual([])

  writeFileSync(join(dir, 'empty.db'), '')
  mkdirSync(join(dir, 'folder.db'))
  const other = new Sqlite(join(dir, 'other.db'))
  other.exec('create table somebody (id integer)')
  other.close()
  const before = readdirSync(dir)
  for (const name of before) await expectRefusals(`file:${dir}/${name}`, SOME)
  expect(readdirSync(dir)).toEqual(before)
}, 300_000)

test('no command makes tables in a PostgreSQL database, or the database', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = await createDatabase(inject('postgresUrl'), name, 'template0')
  await expectRefusals(url)
  const client = await openSession(url)
  const { rows } = await client.query(
    "select table_name from information_schema.tables where table_schema = 'public'",
  )
  await client.end()
  expect(rows).toEqual([])
  await expectRefusals(url.replace(name, 'missing'), SOME)
}, 300_000)
