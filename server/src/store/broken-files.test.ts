import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import {
  expectError,
  testApi,
  type Settings,
  type TestApi,
} from '../../../scripts/testkit/api/kit.ts'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { openDatabase } from './open-database.ts'
import { sqlitePathOf } from '../../../scripts/testkit/api/database-place.ts'

const patience = { timeout: 60_000, interval: 50 }

const usageOf = (api: TestApi) => sqlitePathOf(api).replace('.db', '-usage.db')

async function openWithKey(settings: Settings = {}) {
  const api = await testApi(settings)
  const owner = await api.owner()
  const { key } = await api.issueKey(owner)
  const token = await api.serviceToken()
  const verify = () =>
    api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key })
  const issue = () => owner.agent.post('/api/keys').send({ label: 'Another' })
  const readyz = () => api.request.get('/readyz')
  return { api, owner, verify, issue, readyz }
}

test.each(['', '-wal', '-shm'])(
  'a file of keys%s that was removed takes no change, and is not believed',
  async (ending) => {
    const { api, verify, issue, readyz } = await openWithKey()
    await readyz().expect(200)
    rmSync(sqlitePathOf(api) + ending)
    // Writes from now on end with the process.
    expectError(await issue(), 503, 'UNAVAILABLE')
    expectError(await readyz(), 503, 'UNAVAILABLE')
    expectError(await verify(), 503, 'UNAVAILABLE')
    await api.request.get('/healthz').expect(200)
  },
)

test('a file that took its place is not believed either; the same one back in its place is', async () => {
  const { api, verify, issue, readyz } = await openWithKey()
  const path = sqlitePathOf(api)
  renameSync(path, `${path}.away`)
  copyFileSync(`${path}.away`, path)
  expectError(await readyz(), 503, 'UNAVAILABLE')
  expectError(await verify(), 503, 'UNAVAILABLE')
  renameSync(`${path}.away`, path)
  await readyz().expect(200)
  await issue().expect(201)
  expect((await verify().expect(200)).body).toMatchObject({ code: 'VALID' })
})

test('a damaged file refuses nobody and accepts nobody, and says so once', async () => {
  const { api, verify, readyz } = await openWithKey()
  const path = sqlitePathOf(api)
  const beside = new Sqlite(path)
  beside.pragma('wal_checkpoint(truncate)')
  beside.close()
  overwrite(path)
  for (let count = 0; count < 20; count++) expectError(await verify(), 503, 'UNAVAILABLE')
  expectError(await readyz(), 503, 'UNAVAILABLE')
  const lines = api.logs.filter((line) => line.includes('malformed') || line.includes('damaged'))
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.length).toBeLessThanOrEqual(2)
  expect(lines.join('')).not.toContain('stack')
})

test.each([
  ['here', false],
  ['by a thread', true],
])(
  'a file of usage, written %s, may be removed or damaged: a new one is made',
  async (_, inThreads) => {
    const { api, owner, verify, readyz } = await openWithKey({ inThreads })
    const path = usageOf(api)
    for (const breakIt of [() => rmSync(path), () => overwrite(path)]) {
      await verify().expect(200)
      await api.ctx.usage.flush()
      breakIt()
      api.clock.advance(1)
      expect((await verify().expect(200)).body).toMatchObject({ code: 'VALID' })
      await readyz().expect(200)
      const lastUsedAt = api.clock.now()
      await vi.waitFor(async () => {
        await verify().expect(200) // what was noted in the old file is gone with it
        const { body } = await owner.agent.get('/api/keys').expect(200)
        expect(body).toMatchObject({ data: [{ lastUsedAt }] })
      }, patience)
    }
  },
)

test('a file that may not grow takes no new key, verifies the old, and recovers', async () => {
  const { api, verify, issue } = await openWithKey()
  const limit = (pages: number) =>
    sql`pragma max_page_count = ${sql.lit(pages)}`.execute(api.ctx.db)
  await limit(1) // which SQLite takes as "no more than there are"
  const statuses: number[] = []
  while (statuses.at(-1) !== 503 && statuses.length < 500) statuses.push((await issue()).status)
  expectError(await issue(), 503, 'UNAVAILABLE')
  expect((await verify().expect(200)).body).toMatchObject({ code: 'VALID' })
  await limit(1_000_000)
  await issue().expect(201)
})

test('a caller that waits for another process in vain gets an error, however many wait', async () => {
  const { api, verify, issue } = await openWithKey()
  const other = new Sqlite(sqlitePathOf(api))
  other.exec('begin immediate')
  const beganMs = performance.now()
  const answers = await Promise.all(Array.from({ length: 5 }, () => issue()))
  for (const answer of answers) expectError(answer, 503, 'UNAVAILABLE')
  expect(performance.now() - beganMs).toBeLessThan(10_000 * slowness()) // not one after the other
  await verify().expect(200)
  other.close()
  await issue().expect(201)
})

test('usage without a file of keys ends the start in one line', async () => {
  const { api } = await openWithKey()
  await api.ctx.database.close()
  rmSync(sqlitePathOf(api))
  const opening = openDatabase(api.ctx.config.database, { as: 'service' })
  await expect(opening).rejects.toThrow(/^Cannot use the database file [^\n]* missing or empty/)
})

function overwrite(path: string): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(fstatSync(file).size, 0xa5))
  closeSync(file)
}
