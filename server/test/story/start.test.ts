import Sqlite from 'better-sqlite3'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../../scripts/testkit/processes/child.ts'
import { buildWeb } from '../../../scripts/web-build.ts'
import { emptyFolder, refusedStart, runService } from './ends.ts'

const badSettings: [name: string, env: Settings][] = [
  ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
  ['PORT', { PORT: 'abc' }],
  ['AUTH_SECRET', { AUTH_SECRET: 'too short to be safe' }],
  ['AUTH_SECRET', { NODE_ENV: 'production' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://127.0.0.1/keys' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'localhost' }],
  ['BOOTSTRAP_SERVICE_TOKEN', { BOOTSTRAP_SERVICE_TOKEN: `nassvc_${'0'.repeat(32)}` }],
]

test.each(badSettings)(
  'a bad %s (%o) ends the start with one line that names it',
  async (...row) => {
    const [name, env] = row
    const line = await refusedStart(env)
    expect(line).toContain(name)
    if (env[name] !== undefined) expect(line).not.toContain(env[name])
  },
)

test('a port in use ends the start with one line', async () => {
  buildWeb() // a service without the portal logs a warning first
  const { env } = await runService()
  expect(await refusedStart({ PORT: env['PORT']! })).toContain('PORT')
})

test('a database that cannot be reached ends the start with one line', async () => {
  const line = await refusedStart({
    DATABASE_URL: 'postgres://portal:hush@127.0.0.1:1/keys',
    AUTH_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
  })
  expect(line).toContain('ECONNREFUSED')
  expect(line).not.toContain('hush')
})

test.each([
  ['lies under a regular file', (dir: string) => join(plainFile(dir), 'keys.db')],
  ['is a folder', (dir: string) => dirname(plainFile(join(dir, 'folder')))],
  ['is no database', (dir: string) => plainFile(dir)],
  ['is where no folder can be made', () => '/proc/zentrix/keys.db'],
])('a database file that %s ends the start with one line', async (_, path) => {
  const given = path(emptyFolder())
  expect(await refusedStart({ DATABASE_URL: `file:${given}` })).toContain(given)
})

test('another AUTH_SECRET than the first one ends the start with one line', async () => {
  const service = await runService({ AUTH_SECRET: 'the-first-secret-0123456789abcdefghij' })
  await service.stop()
  const another = 'another-secret-0123456789abcdefghijkl'
  const line = await refusedStart({ ...service.env, AUTH_SECRET: another })
  expect(line).toContain('AUTH_SECRET')
  expect(line).not.toContain(another)
  await service.start() // and harms nothing
})

test('a database of a newer version ends the start with one line', async () => {
  const service = await runService()
  await service.stop()
  const database = new Sqlite(join(service.dir, 'keys.db'))
  database.exec("insert into kysely_migration values ('999-later', '2030-01-01T00:00:00.000Z')")
  database.close()
  expect(await refusedStart(service.env)).toMatch(/newer version.*999-later/)
})

test('a database file has one owner, and is free again once that was killed', async () => {
  const service = await runService()
  const { PORT: _, ...settings } = service.env
  expect(await refusedStart(settings)).toContain('Another service')
  await service.kill()
  await service.start()
})

test('the generated AUTH_SECRET is for its owner alone, and stays', async () => {
  const service = await runService()
  const path = join(service.dir, 'auth-secret')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const { mtimeMs } = statSync(path)
  await service.restart()
  expect(statSync(path).mtimeMs).toBe(mtimeMs)
  // A new one in its place would only hide that the one that is needed is gone.
  await service.stop()
  rmSync(path)
  expect(await refusedStart(service.env)).toContain('put back the one')
  expect(existsSync(path)).toBe(false)
})

test('a folder that is not there yet is made', async () => {
  const path = join(emptyFolder(), 'deep/er/keys.db')
  await runService({ DATABASE_URL: `file:${path}` })
  expect(statSync(path).isFile()).toBe(true)
})

function plainFile(dir: string): string {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, 'plain-file')
  writeFileSync(path, 'nothing that SQLite knows, but long enough to be looked at\n'.repeat(20))
  return path
}

describe('a file with settings', () => {
  test('is read by the service and by commands, and the environment wins over it', async () => {
    const ENV_FILE = join(emptyFolder(), '.env')
    const token = 'a-token-for-metrics-alone'
    writeFileSync(ENV_FILE, `METRICS_TOKEN=${token}\nPORT=1\nBOOTSTRAP_EMAIL=\n`)
    const service = await runService({ ENV_FILE })
    const scrape = (bearer: string) =>
      fetch(`${service.url}/metrics`, { headers: { Authorization: `Bearer ${bearer}` } })
    expect((await scrape(token)).status).toBe(200)
    expect((await scrape('another')).status).toBe(401)
    writeFileSync(ENV_FILE, 'RATE_LIMIT_PER_MINUTE=none\n')
    const { code, stderr } = await service.keys('service-token', 'list')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^RATE_LIMIT_PER_MINUTE [^\n]+\n$/) as string,
    })
  })

  test.each([
    [
      'a malformed one',
      (path: string) => writeFileSync(path, 'PORT=0\nHOST 127.0.0.1\n'),
      'line 2',
    ],
    ['a folder', (path: string) => mkdirSync(path), 'it is a folder'],
    ['other bytes than UTF-8', (path: string) => writeFileSync(path, Buffer.from([0xff])), 'UTF-8'],
    ['one that is not there', () => undefined, 'there is no such file'],
  ])('ends the start with one line if it is %s', async (_, make, reason) => {
    const ENV_FILE = join(emptyFolder(), '.env')
    make(ENV_FILE)
    const line = await refusedStart({ ENV_FILE })
    expect(line).toContain(`Cannot read ${ENV_FILE}: `)
    expect(line).toContain(reason)
  })
})
