import { randomUUID } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, inject, onTestFinished, test } from 'vitest'
import {
  startNode,
  type Ended,
  type Settings,
} from '../../../../scripts/testkit/processes/child.ts'
import { freePort } from '../../../../scripts/testkit/processes/free-port.ts'
import { filesWith } from '../../../../scripts/testkit/secrets/files-with.ts'
import { createDatabase, openSession } from '../../../../scripts/testkit/processes/postgres.ts'
import { isRedisMissing, startRedis } from '../../../../scripts/testkit/processes/redis.ts'
import { emptyFolder, runService } from '../ends.ts'

const AUTH_SECRET = 'a-secret-for-tests-only-0123456789abcdef'

function doctor(env: Settings): Promise<Ended> {
  return startNode('server/src/commands/cli.ts', ['doctor'], env).ended
}

/** The subject of each line, with its message where something is wrong. */
function findings({ stdout }: Ended): [about: string, fault: string | null][] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [, verdict, about, says] = /^(ok|WRONG) +(\S+(?: \S+)*) {2,}(.+)$/.exec(line) ?? []
      return [about!, verdict === 'ok' ? null : says!]
    })
}

const all = ['Settings', 'Database', 'Files', 'AUTH_SECRET', 'Audit log', 'Clock']

test('beside a healthy service, doctor finds nothing wrong', async () => {
  const service = await runService()
  const ended = await service.keys('doctor')
  expect(findings(ended)).toEqual(all.map((about) => [about, null]))
  expect([ended.code, ended.stderr]).toEqual([0, ''])
})

test('doctor finds a Redis that is not there, and one that forgets budgets', async (context) => {
  const service = await runService()
  const withRedis = async (url: string) =>
    findings(await doctor({ ...service.env, REDIS_URL: url })).at(-1)
  const nobody = `redis://127.0.0.1:${await freePort()}`
  expect(await withRedis(nobody)).toEqual(['Redis', expect.stringContaining('cannot be reached')])
  if (isRedisMissing()) return context.skip()
  const redis = await startRedis('--maxmemory-policy', 'allkeys-lru')
  onTestFinished(redis.stop)
  expect(await withRedis(redis.url)).toEqual(['Redis', expect.stringContaining('allkeys-lru')])
  redis.cli('config', 'set', 'maxmemory-policy', 'noeviction')
  expect(await withRedis(redis.url)).toEqual(['Redis', null])
})

test('doctor says what is wrong with each thing', async () => {
  const service = await runService()
  const path = join(service.dir, 'keys.db')
  await service.keys('service-token', 'create', '--name=A', '--scopes=keys:verify')
  chmodSync(path, 0o644)
  const database = new Sqlite(path, { timeout: 60_000 })
  database.exec('drop trigger audit_events_no_update')
  database.exec("update audit_events set at = '2999-01-01T00:00:00.000Z'")
  database.close()
  const ended = await service.keys('doctor')
  expect(findings(ended)).toEqual([
    ['Settings', null],
    ['Database', null],
    ['Files', expect.stringContaining(`chmod 600 ${path}`)],
    ['AUTH_SECRET', null],
    ['Audit log', expect.stringContaining('was changed')],
    ['Clock', expect.stringContaining('behind the newest audit event')],
  ])
  expect([ended.code, ended.stderr]).toEqual([1, '3 things are wrong.\n'])

  const otherSecret = await doctor({ ...service.env, AUTH_SECRET })
  expect(findings(otherSecret).at(-1)).toEqual([
    'AUTH_SECRET',
    'AUTH_SECRET is not the one that this database was made with',
  ])
  expect(otherSecret.code).toBe(1)
  expect(otherSecret.stdout + otherSecret.stderr).not.toContain(AUTH_SECRET)
})

test('doctor goes no further than it can, and makes nothing', async () => {
  const dir = emptyFolder()
  const DATABASE_URL = `file:${dir}/keys.db`
  const wrong: [Settings, string, RegExp][] = [
    [{ DATABASE_URL, PORT: 'x' }, 'Settings', /^PORT must be/],
    [{ DATABASE_URL }, 'Database', /there is none at/],
    [
      { DATABASE_URL: `postgres://x:y@127.0.0.1:${await freePort()}/z`, AUTH_SECRET },
      'Database',
      /ECONNREFUSED/,
    ],
  ]
  for (const [env, about, fault] of wrong) {
    const ended = await doctor(env)
    expect(findings(ended).at(-1)).toEqual([about, expect.stringMatching(fault)])
    expect([ended.code, ended.stderr]).toEqual([1, 'One thing is wrong.\n'])
  }
  expect(filesWith(dir, '')).toEqual([])
})

test('on PostgreSQL it looks at all but the files, and at what a power loss would destroy', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const DATABASE_URL = await createDatabase(inject('postgresUrl'), name)
  const ended = await doctor({ DATABASE_URL, AUTH_SECRET })
  expect(findings(ended)).toEqual([
    ['Settings', null],
    ['Database', null],
    ['Session', null],
    // The server of the tests is not meant to survive one.
    ['Durability', expect.stringContaining('fsync = off')],
    ['AUTH_SECRET', null],
    ['Audit log', null],
    ['Clock', null],
  ])
  expect([ended.code, ended.stderr]).toEqual([1, 'One thing is wrong.\n'])
})

test('on PostgreSQL it names the settings of database and role that the service overrules', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const DATABASE_URL = await createDatabase(inject('postgresUrl'), name)
  const session = await openSession(DATABASE_URL)
  await session.query(`alter database ${name} set datestyle = 'German'`)
  await session.query(`alter role postgres in database ${name} set bytea_output = 'escape'`)
  await session.query(`alter database ${name} set statement_timeout = '1ms'`)
  await session.end()
  const { stdout } = await doctor({ DATABASE_URL, AUTH_SECRET })
  expect(stdout).toMatch(
    /^ok +Session +all \d+ settings of PostgreSQL are right; the service overrules bytea_output, DateStyle, statement_timeout$/m,
  )
})

test('on PostgreSQL it says which setting it cannot overrule', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const DATABASE_URL = await createDatabase(inject('postgresUrl'), name)
  const session = await openSession(DATABASE_URL)
  await session.query(`alter database ${name} set zero_damaged_pages = on`)
  await session.end()
  const ended = await doctor({ DATABASE_URL, AUTH_SECRET })
  expect(findings(ended).at(-1)).toEqual([
    'Database',
    expect.stringContaining('zero_damaged_pages = on'),
  ])
})
