import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import Sqlite from 'better-sqlite3'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { KeyCallers } from '@zentrix/shared/schemas/usage/callers.ts'
import { onEachDatabase, testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { createDatabase } from '../../../../scripts/testkit/processes/postgres.ts'
import { openCopy, type Tallies } from './copy-file.ts'
import { loadPostgres } from './load-postgres.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'
import type { JobControl } from './job-control.ts'
import { openServiceSnapshot } from './sqlite-snapshot.ts'
import { tables } from '../schema/tables.ts'
import { writeCopy, writeCopyOfSqlite, type CopyTarget } from './write-copy.ts'
import { sqlitePathOf } from '../../../../scripts/testkit/api/database-place.ts'

const control: JobControl = { progress: () => undefined, signal: new AbortController().signal }

function emptyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'copy-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** People, keys, uses, refusals and a revocation: something in most tables. */
async function fill(api: TestApi): Promise<(of: TestApi) => Promise<KnownUses>> {
  const owner = await api.owner()
  const key = { label: 'Ü', scopes: ['calls:read'] }
  const [first, second] = await Promise.all([1, 2].map(() => api.issueKey(owner, key)))
  await api.verify(first!.key, { ip: '203.0.113.7' })
  await api.verify(first!.key, { ip: '203.0.113.9' })
  await api.verify(first!.key, { ip: '2001:db8::7', scopes: ['calls:write'] })
  await api.verify(second!.key, { scopes: [] })
  await owner.agent.delete(`/api/keys/${second!.id}`).expect(204)
  const rotation = owner.agent.post(`/api/keys/${first!.id}/rotate`).send({ overlapSeconds: 60 })
  const { body: successor } = await rotation.expect(201)
  await api.ctx.usage.flush()
  // Noted, and not in the table of all keys yet; on PostgreSQL it may be there by the time of a copy.
  await api.verify((successor as IssuedKey).key)
  api.ctx.usage.handOver()
  return (of) => usesKnownTo(of, owner.organizationId, first!.id)
}

type KnownUses = { callers: KeyCallers; found: unknown[] }

/** The callers of a key as a service answers them, and the last refusal, found by its request id. */
async function usesKnownTo(api: TestApi, organization: string, keyId: string): Promise<KnownUses> {
  const { agent } = await api.member(organization, 'viewer')
  const { body } = await agent.get(`/api/keys/${keyId}/callers`).expect(200)
  const callers = body as KeyCallers
  callers.addresses.sort((a, b) => `${a.ip}`.localeCompare(`${b.ip}`)) // all last seen at one moment
  const requestId = callers.refusals[0]?.requestId
  const { body: found } = await agent.get(`/api/refusals?requestId=${requestId}`).expect(200)
  return { callers, found: (found as { data: unknown[] }).data }
}

/** Two addresses, and one that was refused. */
const allCallers = {
  callers: {
    addresses: [{ refused: 1 }, { accepted: 1 }, { accepted: 1 }],
    refusals: [{ code: 'INSUFFICIENT_SCOPE', ip: '2001:db8::7', scopes: ['calls:write'] }],
  },
  found: [{}],
}

async function copyOf(
  { ctx }: TestApi,
  path: string,
  by = control,
  mayReplace = false,
): Promise<Tallies> {
  const target: CopyTarget = { path, purpose: 'backup', mayReplace, madeAt: ctx.now() }
  const { database } = ctx.config
  if (database.dialect === 'sqlite') {
    const snapshot = openServiceSnapshot(database.path)
    return writeCopyOfSqlite(snapshot, target, by).finally(() => snapshot.close())
  }
  const snapshot = await openPostgresSnapshot(database.url, false)
  return writeCopy(snapshot, target, by).finally(() => snapshot.close())
}

async function load(path: string): Promise<{ url: string; tallies: Tallies }> {
  const name = `copy_${randomUUID().replaceAll('-', '')}`
  const url = await createDatabase(inject('postgresUrl'), name)
  const { snapshot } = await openCopy(path, control)
  const tallies = await loadPostgres(snapshot, url, control).finally(() => snapshot.close())
  return { url, tallies }
}

onEachDatabase((open) => {
  test('a copy, what is loaded from it, and a copy of that hold the same', async () => {
    const api = await open()
    const knownTo = await fill(api)
    const path = join(emptyFolder(), 'backup.db')
    const tallies = await copyOf(api, path)
    expect(tallies.api_keys.rows).toBe(3)
    expect(tallies.key_usage.rows).toBeGreaterThan(0)
    expect(tallies.key_refusals.rows).toBe(1)
    expect(tallies.audit_events.rows).toBeGreaterThan(4)
    const { url, tallies: loaded } = await load(path)
    expect(loaded).toEqual(tallies)
    const snapshot = await openPostgresSnapshot(url, true)
    const again = {
      path: `${path}-again`,
      purpose: 'backup' as const,
      mayReplace: false,
      madeAt: api.ctx.now(),
    }
    expect(await writeCopy(snapshot, again, control)).toEqual(tallies)
    await snapshot.close()
    const known = await knownTo(await testApi({ databaseUrl: url }))
    expect(known).toMatchObject(allCallers)
    expect(known).toEqual(await knownTo(api))
  })

  test('a copy names every table there is', async () => {
    const { ctx } = await open()
    const found = (await ctx.committed.introspection.getTables()).map(({ name }) => name)
    const named = tables.filter((table) => found.includes(table))
    expect(found.filter((name) => !name.startsWith('kysely')).toSorted()).toEqual(named.toSorted())
  })

  test('a copy is for its owner alone, and one that is interrupted leaves nothing', async () => {
    const api = await open()
    await fill(api)
    const dir = emptyFolder()
    const ending = new AbortController()
    const progress: JobControl['progress'] = (doing) => {
      if (doing === 'checking api_keys') ending.abort(new Error('enough'))
    }
    const copying = copyOf(api, join(dir, 'backup.db'), { progress, signal: ending.signal })
    await expect(copying).rejects.toThrow('enough')
    expect(readdirSync(dir)).toEqual([])
    await copyOf(api, join(dir, 'backup.db'))
    expect(readdirSync(dir)).toEqual(['backup.db'])
    expect((statSync(join(dir, 'backup.db')).mode % 0o1000).toString(8)).toBe('600')
    await expect(copyOf(api, join(dir, 'backup.db'))).rejects.toThrow('is there already')
  })

  test('a service that is started on a copy knows what was used, by whom, and what was refused', async () => {
    const api = await open()
    const knownTo = await fill(api)
    const path = join(emptyFolder(), 'keys.db')
    const { key_usage: usage } = await copyOf(api, path)
    const copied = await testApi({ databaseUrl: `file:${path}` })
    const { database } = copied.ctx
    // Uses from now on go to a file of their own; earlier uses have to be there as well.
    const names = (await database.db.introspection.getTables()).map(({ name }) => name)
    expect(names).not.toContain('key_usage')
    expect(names).not.toContain('copy_origin')
    const rows = await database.committed.selectFrom('key_usage').select('count').execute()
    expect(rows).toHaveLength(usage.rows)
    const known = await knownTo(copied)
    expect(known).toMatchObject(allCallers)
    expect(known).toEqual(await knownTo(api))
  })

  test('loading that is interrupted leaves the database empty', async () => {
    const api = await open()
    await fill(api)
    const path = join(emptyFolder(), 'backup.db')
    await copyOf(api, path)
    const url = await createDatabase(
      inject('postgresUrl'),
      `copy_${randomUUID().replaceAll('-', '')}`,
    )
    const { snapshot } = await openCopy(path, control)
    onTestFinished(() => snapshot.close())
    const ending = new AbortController()
    const progress: JobControl['progress'] = (doing) => {
      if (doing === 'comparing audit_events') ending.abort(new Error('enough'))
    }
    const loading = loadPostgres(snapshot, url, { progress, signal: ending.signal })
    await expect(loading).rejects.toThrow('enough')
    await loadPostgres(snapshot, url, control) // which refuses a database with anything in it
    await expect(loadPostgres(snapshot, url, control)).rejects.toThrow('is not empty')
  })
})

test('after a move to PostgreSQL, new keys get numbers that none has', async () => {
  const api = await testApi({ dialect: 'sqlite' })
  await fill(api)
  const path = join(emptyFolder(), 'backup.db')
  await copyOf(api, path)
  const { url } = await load(path)
  const moved = await testApi({ env: { DATABASE_URL: url } })
  const owner = await moved.owner()
  await moved.issueKey(owner)
  const keys = await moved.ctx.db
    .selectFrom('api_keys')
    .select('number')
    .orderBy('number')
    .execute()
  expect(keys.map(({ number }) => number)).toEqual([1, 2, 3, 4])
})

test('a copy shows one moment, and ends, however often the service writes meanwhile', async () => {
  const api = await testApi({ dialect: 'sqlite' })
  const file = sqlitePathOf(api)
  const beside = new Sqlite(file)
  onTestFinished(() => void beside.close())
  const write = beside.prepare('insert into deployment (name, value) values (?, ?)')
  write.run('large', 'x'.repeat(10_000_000))
  const before = beside.prepare<[], number>('select count(*) from deployment').pluck().get()
  const ending = new AbortController()
  let writes = 0
  const progress: JobControl['progress'] = (doing) => {
    if (doing !== 'copying pages') return
    write.run(`later ${writes++}`, '')
    if (writes > 100) ending.abort(new Error('it begins again and again'))
  }
  const path = join(emptyFolder(), 'backup.db')
  const { deployment } = await copyOf(api, path, { progress, signal: ending.signal })
  expect(writes).toBeGreaterThan(2)
  expect(deployment.rows).toBe(before)
})

test('a copy takes the place of an older one, and of nothing else', async () => {
  const api = await testApi({ dialect: 'sqlite' })
  const dir = emptyFolder()
  const path = join(dir, 'backup.db')
  const copyTo = (target: string) => copyOf(api, target, control, true)
  await copyTo(path)
  await copyTo(path)
  writeFileSync(`${path}-text`, 'kept')
  const used = sqlitePathOf(api)
  for (const other of [used, `${path}-text`])
    await expect(copyTo(other)).rejects.toThrow('is no backup')
  await expect(copyTo(dir)).rejects.toThrow('is a folder')
  expect(readFileSync(`${path}-text`, 'utf8')).toBe('kept')
  await fill(api) // the database is where it was
  expect(readdirSync(dir).toSorted()).toEqual(['backup.db', 'backup.db-text'])
})

test('a file that is no copy, or a damaged one, is refused', async () => {
  const api = await testApi({ dialect: 'sqlite' })
  await fill(api)
  const path = join(emptyFolder(), 'backup.db')
  await copyOf(api, path)

  writeFileSync(`${path}-text`, 'no database at all'.repeat(100))
  await expect(openCopy(`${path}-text`, control)).rejects.toThrow('is no backup')
  await expect(openCopy(`${path}-none`, control)).rejects.toThrow('there is no such file')
  new Sqlite(`${path}-other`).exec('create table other (id)').close()
  await expect(openCopy(`${path}-other`, control)).rejects.toThrow('is no backup')

  const bytes = readFileSync(path)
  bytes.write('Ö', bytes.indexOf('Ü'))
  writeFileSync(path, bytes)
  await expect(openCopy(path, control)).rejects.toThrow('is damaged')
  writeFileSync(path, bytes.subarray(0, bytes.length / 2))
  await expect(openCopy(path, control)).rejects.toThrow('damaged')
})
