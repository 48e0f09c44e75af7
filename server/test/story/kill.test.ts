import { expect, test } from 'vitest'
import type { ApiKey } from '@zentrix/shared/keys.ts'
import type { AuditEvent } from '@zentrix/shared/audit.ts'
import type { KeyUsage } from '@zentrix/shared/usage.ts'
import type { Settings } from '../../../web/e2e/child.ts'
import type { Service } from '../../../web/e2e/service.ts'
import { killInMidLoad, openAsker, type Kill, type Load } from './cut-off.ts'
import { codeOf, keptKeys, settle, stateOf, type KeptKey, type KeptKeys } from './kept-keys.ts'
import { openCaller, runLoaded, type Caller } from './load.ts'

const MAX_LOST_MS = 1000
// The service tells the time by the clock of the machine, in whole milliseconds.
const CLOCK_SLACK_MS = 5

type Deployment = { name: string; env?: Settings; isPostgres?: boolean; loads: Load[] }

const deployments: Deployment[] = [
  {
    name: 'SQLite',
    loads: [
      { managers: 4, killAfterMs: 1400 },
      { managers: 0, killAfterMs: 1950 },
      { managers: 4, killAfterMs: 300 },
    ],
  },
  {
    name: 'SQLite and two workers',
    env: { WORKERS: '2' },
    loads: [
      { managers: 4, killAfterMs: 700 },
      { managers: 0, killAfterMs: 1700 },
    ],
  },
  {
    name: 'PostgreSQL',
    isPostgres: true,
    loads: [
      { managers: 4, killAfterMs: 1200 },
      { managers: 0, killAfterMs: 1800 },
    ],
  },
]

test.each(deployments)(
  'after SIGKILL in mid-load, on $name: a second of usage is lost at most, and nothing else',
  { timeout: 60_000 },
  async ({ env, isPostgres, loads }) => {
    const service = await runLoaded(env, isPostgres && 'kill')
    const keys = keptKeys()
    const first = await openCaller(service)
    for (const label of ['A', 'B', 'C', 'D']) await keys.issue(first, label)
    for (const load of loads) {
      const kill = await killInMidLoad(service, keys, load)
      await service.start()
      const caller = await openCaller(service)
      await Promise.all(keys.all.map((key) => checkKey(caller, key, kill)))
      await checkLog(caller, keys)
      await checkVerdicts(service, keys)
      const { code, stderr } = await service.keys('audit-verify')
      expect(code, stderr).toBe(0)
    }
  },
)

/** What was acknowledged is there, what was under way is there or not, and uses are counted. */
async function checkKey(caller: Caller, key: KeptKey, { killedMs, latestMs }: Kill): Promise<void> {
  const record = await get<ApiKey>(caller, `/api/keys/${key.id}`)
  const state = stateOf(record)
  const isDone =
    key.underWay &&
    Object.entries(key.underWay.state).every(
      ([name, value]) => state[name as keyof typeof state] === value,
    )
  settle(key, isDone === true)
  expect(state).toEqual(key.state)

  const { data } = await get<KeyUsage>(caller, `/api/keys/${key.id}/usage`)
  const counted = data.reduce((sum, { counts }) => sum + counts['VALID']!, 0)
  const countedUntilMs = killedMs - MAX_LOST_MS - latestMs
  const surelyCounted = key.accepted.filter(({ endMs }) => endMs < countedUntilMs)
  const countedSince = counted - key.countedBefore
  expect(countedSince).toBeGreaterThanOrEqual(surelyCounted.length)
  expect(countedSince).toBeLessThanOrEqual(key.asked)
  if (surelyCounted.length > 0) {
    const lastMs = Math.max(...surelyCounted.map(({ startMs }) => startMs))
    const usedMs = Date.parse(record.lastUsedAt!) - performance.timeOrigin
    expect(usedMs).toBeGreaterThan(lastMs - CLOCK_SLACK_MS)
  }
  Object.assign(key, { asked: 0, accepted: [], countedBefore: counted })
}

/** The log tells of what is there, in order, and of nothing else. */
async function checkLog(caller: Caller, keys: KeptKeys): Promise<void> {
  const events = await list<AuditEvent>(caller, '/api/audit-events?')
  const records = await list<ApiKey>(caller, '/api/keys?status=all&')
  const logged = Map.groupBy(events.toReversed(), ({ keyId }) => keyId)
  const expected = new Map(keys.all.map(({ id, actions }) => [id, actions]))
  let unknown = 0
  for (const { id } of records) {
    if (!expected.has(id)) unknown++
    const actions = logged.get(id)?.map(({ action }) => action)
    expect(actions).toEqual(expected.get(id) ?? ['key.created'])
    logged.delete(id)
  }
  logged.delete(null)
  expect([...logged.keys()]).toEqual([])
  expect(unknown).toBeLessThanOrEqual(keys.creationsCutOff())
}

async function checkVerdicts(service: Service, keys: KeptKeys): Promise<void> {
  const ask = await openAsker(service)
  expect(await ask(keys.all)).toEqual(keys.all.map(codeOf))
}

async function get<T>({ call }: Caller, path: string): Promise<T> {
  const { status, body } = await call('GET', path)
  expect(status, body).toBe(200)
  return JSON.parse(body) as T
}

async function list<T>(caller: Caller, path: string): Promise<T[]> {
  const all: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
    const page: { data: T[]; nextCursor: string | null } = await get(
      caller,
      `${path}limit=100${query}`,
    )
    all.push(...page.data)
    cursor = page.nextCursor
  }
  return all
}
