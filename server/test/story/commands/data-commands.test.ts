import { createHash } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { filesWith } from '../../../../scripts/testkit/secrets/files-with.ts'
import { startNode, type Ended } from '../../../../scripts/testkit/processes/child.ts'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { createDatabase, dropDatabase } from '../../../../scripts/testkit/processes/postgres.ts'
import { ORGANIZATION } from '../as-service.ts'
import { emptyFolder, runService } from '../ends.ts'
import { openCaller, runLoaded, type Caller, type Key } from '../load/load.ts'

// Each command is a process.
const slow = { timeout: 300_000 }

const ONE_LINE = /^[^\n]+\n$/

function keysCommand(service: Service, databaseUrl: string, ...args: string[]): Promise<Ended> {
  const settings = { ...service.env, DATABASE_URL: databaseUrl }
  return startNode('server/src/commands/cli.ts', args, settings).ended
}

/** Issues and revokes keys on several connections for as long as `work` takes. */
async function whileLoaded<T>(service: Service, work: () => Promise<T>): Promise<T> {
  const load = { isOver: false }
  const clients = [1, 2, 3, 4].map(async () => {
    const caller = await openCaller(service)
    while (!load.isOver) {
      const { id } = await caller.issue({ label: 'Under load' })
      expect((await caller.call('DELETE', `/api/keys/${id}`)).status).toBe(204)
    }
  })
  const result = await work()
  load.isOver = true
  await Promise.all(clients)
  return result
}

async function list<T>({ call }: Caller, path: string): Promise<T[]> {
  const all: T[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await call('GET', `${path}limit=100${query}`)
    const page = JSON.parse(body) as { data: T[]; nextCursor: string | null }
    all.push(...page.data)
    cursor = page.nextCursor
  }
  return all
}

async function checkRestored(service: Service, acknowledged: Key[]): Promise<void> {
  const caller = await openCaller(service)
  for (const { secret } of acknowledged) {
    const { body } = await caller.call('POST', '/api/auth/verify', { key: secret })
    expect(JSON.parse(body)).toMatchObject({ code: 'VALID' })
  }
  // Whatever was under way is there with its events, or not at all.
  const keys = await list<ApiKey>(caller, '/api/keys?status=all&')
  const events = await list<AuditEvent>(caller, '/api/audit-events?')
  const actions = Map.groupBy(events, ({ keyId }) => keyId)
  expect(keys.length).toBeGreaterThanOrEqual(acknowledged.length)
  for (const { id, status } of keys)
    expect(actions.get(id)?.map(({ action }) => action)).toEqual(
      status === 'revoked' ? ['key.revoked', 'key.created'] : ['key.created'],
    )
  expect(actions.size).toBe(keys.length)
  const verified = await service.keys('audit-verify')
  expect(verified.code, verified.stderr).toBe(0)
}

test.each([['SQLite'], ['PostgreSQL']])(
  'a backup under load, on %s, is whole: restored, it has every key acknowledged before',
  slow,
  async (name) => {
    const service = await runLoaded({}, name === 'PostgreSQL' && 'backup_source')
    const caller = await openCaller(service)
    const acknowledged: Key[] = []
    for (const label of ['A', 'B', 'C']) acknowledged.push(await caller.issue({ label }))
    const dir = emptyFolder()
    const file = join(dir, 'backup.db')
    const made = await whileLoaded(service, () => service.keys('backup', file))
    expect(made.code, made.stderr).toBe(0)
    expect(readdirSync(dir)).toEqual(['backup.db'])
    for (const secret of [service.env['AUTH_SECRET']!, ...acknowledged.map((key) => key.secret)])
      expect(filesWith(dir, secret)).toEqual([])

    const url =
      name === 'PostgreSQL'
        ? await createDatabase(inject('postgresUrl'), 'backup_target')
        : `file:${join(dir, 'restored/keys.db')}`
    if (name === 'PostgreSQL')
      onTestFinished(() => dropDatabase(inject('postgresUrl'), 'backup_target'))
    const restored = await keysCommand(service, url, 'restore', file)
    expect(restored.code, restored.stderr).toBe(0)
    expect(restored.stderr).toContain('end those again')
    const { AUTH_SECRET, BOOTSTRAP_SERVICE_TOKEN } = service.env
    const copy = await runService({
      AUTH_SECRET: AUTH_SECRET!,
      BOOTSTRAP_SERVICE_TOKEN: BOOTSTRAP_SERVICE_TOKEN!,
      DATABASE_URL: url,
    })
    await checkRestored(copy, acknowledged)
  },
)

test('a backup is put in place only where nothing is lost', slow, async () => {
  const service = await runLoaded()
  const caller = await openCaller(service)
  const { secret } = await caller.issue({ label: 'Kept' })
  const file = join(emptyFolder(), 'backup.db')
  expect((await service.keys('backup', file)).code).toBe(0)
  const [overwriting, running] = await Promise.all([
    service.keys('backup', file),
    service.keys('restore', file, '--force'),
  ])
  expect([overwriting.code, overwriting.stderr]).toEqual([1, expect.stringMatching(ONE_LINE)])
  expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('is running')])
  await caller.issue({ label: 'Later' })
  await service.stop()
  const unasked = await service.keys('restore', file)
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringMatching(ONE_LINE)])
  const forced = await service.keys('restore', file, '--force')
  expect(forced.code, forced.stderr).toBe(0)
  expect(readdirSync(service.dir)).toContainEqual(expect.stringMatching(/^keys-before-\w+\.db$/))
  await service.start()
  const again = await openCaller(service)
  expect(await list<ApiKey>(again, '/api/keys?')).toHaveLength(1)
  const { body } = await again.call('POST', '/api/auth/verify', { key: secret })
  expect(JSON.parse(body)).toMatchObject({ code: 'VALID' })
})

test('keys are imported and exported beside the running service', slow, async () => {
  const service = await runLoaded()
  const sha256 = createHash('sha256').update('sk_old').digest('hex')
  const line = JSON.stringify({ sha256, label: 'Old', last4: '_old' })
  const file = join(service.dir, 'old.jsonl')
  writeFileSync(file, `${line}\n${line}\nwrong\n`)
  const words = ['import', '--organization', ORGANIZATION, file]
  const imported = await service.keys(...words)
  expect(imported.stdout).toMatch(/^1 keys imported, 2 lines refused/)
  const told = ['line 3: not JSON', 'line 2: sha256: the same as in line 1']
  expect(imported.stderr.split('\n').slice(0, 2)).toEqual(told)
  expect(imported.code).toBe(1)
  const caller = await openCaller(service)
  const { body } = await caller.call('POST', '/api/auth/verify', { key: 'sk_old' })
  expect(JSON.parse(body)).toMatchObject({ code: 'VALID', label: 'Old' })
  const exported = await service.keys('export', '--organization', ORGANIZATION)
  expect([exported.code, exported.stderr]).toEqual([0, ''])
  expect(exported.stdout.split('\n')).toHaveLength(2)
  expect(JSON.parse(exported.stdout)).toMatchObject({ sha256, label: 'Old', last4: '_old' })
  writeFileSync(file, 'wrong\n'.repeat(1200))
  const endless = await service.keys(...words)
  expect(endless.stderr.split('\n').slice(999)).toEqual([
    'line 1000: not JSON',
    'and 200 more',
    'Not every line was imported.',
    '',
  ])
  const wrong = [
    ['export', '--organization', 'org_none'],
    ['import', file],
    ['import', '--organization', ORGANIZATION],
    ['import', '--organization', ORGANIZATION, `${file}-none`],
  ]
  const refused = await Promise.all(wrong.map((args) => service.keys(...args)))
  for (const { code, stdout, stderr } of refused)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(ONE_LINE)])
})

test('a move takes everything to PostgreSQL, and refuses while a service runs', slow, async () => {
  const url = await createDatabase(inject('postgresUrl'), 'move_target')
  onTestFinished(() => dropDatabase(inject('postgresUrl'), 'move_target'))
  const service = await runLoaded()
  const caller = await openCaller(service)
  const { secret } = await caller.issue({ label: 'Moved' })
  const words = ['move', '--from', service.env['DATABASE_URL']!, '--to', url]
  const running = await service.keys(...words)
  expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('is running')])
  await service.stop()
  const moved = await service.keys(...words)
  expect(moved.code, moved.stderr).toBe(0)
  expect(moved.stdout).toMatch(/^api_keys\t1\t[0-9a-f]{16}$/m)
  const again = await service.keys(...words)
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not empty')])
  service.env['DATABASE_URL'] = url
  await service.start()
  const there = await openCaller(service)
  const { body } = await there.call('POST', '/api/auth/verify', { key: secret })
  expect(JSON.parse(body)).toMatchObject({ code: 'VALID' })
})
