import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { DAY_MS, HOUR_MS, toMoment } from '@zentrix/shared/moment.ts'
import { OrganizationUsageQuery } from '@zentrix/shared/schemas/usage/usage.ts'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { postgresUrlOf } from '../../../../scripts/testkit/api/database-place.ts'
import { fillOrganization } from '../../../../scripts/testkit/api/fill-organization.ts'
import { testApi, testOnPostgres, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { slowness } from '../../../../scripts/testkit/api/slowness.ts'
import { browsingOf } from '../../store/interface/browsing.ts'
import { openDialect } from '../../store/postgres/open-postgres.ts'
import { forMigrations } from '../../store/postgres/pool.ts'
import type { Database } from '../../store/schema/database.ts'
import { DAY_SLOTS_PER_KEY } from '../../store/usage/day-slot.ts'
import { hourOf, SLOTS_PER_KEY, SLOTS_PER_OUTCOME } from '../../store/usage/slot.ts'
import type { ServicePrincipal } from '../principals.ts'
import { getOrganizationUsage } from './get-organization-usage.ts'
import { writeFact } from '../../store/deployment-facts.ts'

const LIMIT_MS = 200

// To add up the rows once takes PostgreSQL 70 ms; our own process takes 20 ms for an answer.
const LIMIT_SUMS = 2

// Other processes on the machine slow some answers down: the best time of each question counts.
const MAX_ROUNDS = 6

const twentyKeys = Array.from({ length: 20 }, () => ({ label: 'x' }))

const service: ServicePrincipal = {
  type: 'service',
  id: 'svc_test',
  name: 'Test service',
  scopes: [],
  organizationIds: null,
  trace: { ip: null, userAgent: null, requestId: null },
}

/** As 10,000 keys have them that were used in every hour: what the answers to these questions read. */
function rowsOfUse(nowMs: number, organizationId: string): string[] {
  const hour = hourOf(nowMs)
  const today = Math.floor(nowMs / DAY_MS)
  const limited = outcomes.indexOf('RATE_LIMITED')
  const hours = (first: number, last: number) => `with recursive hours (hour) as (
    select ${first} union all select hour + 1 from hours where hour < ${last})`
  const lastAt = `hour * cast(${HOUR_MS} as bigint)`
  const lastDay = hours(hour - 24, hour)
  return [
    ...[lastDay, hours(hour - 30 * 24, hour - 30 * 24 + 11)].map(
      (some) => `insert into key_usage (slot, count, last_at_ms)
        ${some} select number * ${SLOTS_PER_KEY} + hour, number % 50 + 1, ${lastAt}
        from hours cross join api_keys`,
    ),
    `insert into key_usage (slot, count, last_at_ms)
     ${lastDay} select number * ${SLOTS_PER_KEY} + ${limited * SLOTS_PER_OUTCOME} + hour, 1, ${lastAt}
     from hours cross join api_keys where number % 10 = 0`,
    `insert into key_days (slot, total)
     with recursive ages (age) as (select 92 union all select age - 1 from ages where age > 1)
     select number * ${DAY_SLOTS_PER_KEY} + ${today} - age, (100 - age) * (number % 50 + 1)
     from ages cross join api_keys`,
    ...[0, limited].map(
      (
        outcome,
      ) => `insert into organization_usage (organization_id, environment, outcome, hour, count)
        ${lastDay} select '${organizationId}', 'production', ${outcome}, hour, 1000 from hours`,
    ),
  ]
}

async function openFilled(dialect: 'sqlite' | 'postgres') {
  const api = await testApi({ dialect })
  const owner = await api.owner()
  await fillOrganization(api, owner.organizationId, 0)
  const { ctx, clock } = api
  const { database } = ctx.config
  const statements = rowsOfUse(clock.nowMs(), owner.organizationId)
  if (database.dialect === 'sqlite') {
    const usage = new Sqlite(ctx.database.usagePath!)
    usage.prepare('attach ? as keys').run(database.path)
    for (const statement of statements) usage.exec(statement)
    usage.close()
  } else {
    const db = connect(api)
    // Without `vacuum`, which autovacuum does, no page is known to be of another time.
    for (const statement of [...statements, 'vacuum analyze']) await sql.raw(statement).execute(db)
  }
  await writeFact(ctx.db, 'usage_days', `${Math.floor(clock.nowMs() / DAY_MS) * 24}`)
  return { api, owner, questions: questions(clock.nowMs()) }
}

/** A connection of its own, without a limit on how long a statement may take. */
function connect(api: TestApi): Kysely<Database> {
  const db = new Kysely<Database>({
    dialect: openDialect(postgresUrlOf(api), forMigrations).dialect,
  })
  onTestFinished(() => db.destroy())
  return db
}

/** The processor time of `work` in the server process behind a connection. */
async function cpuMsOf(db: Kysely<Database>, work: () => Promise<unknown>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  // Nanoseconds; other processes do not change it, however busy they keep the machine.
  const cpu = () => Number(readFileSync(`/proc/${rows[0]!.pid}/schedstat`, 'utf8').split(' ')[0])
  const before = cpu()
  await work()
  return (cpu() - before) / 1e6
}

const sumOfEachKey = `select max(uses) from (
  select slot / ${SLOTS_PER_KEY}, sum(count) as uses from key_usage group by 1) as by_key`

function questions(nowMs: number): string[] {
  const ago = (days: number) => toMoment(nowMs - days * DAY_MS)
  return [
    '',
    '?environment=production',
    '?format=csv',
    `?from=${ago(7)}`,
    `?from=${ago(30)}`,
    ...[6, 29, 89].map((days) => `?interval=day&from=${ago(days)}`),
    `?interval=day&environment=production&from=${ago(89)}`,
    `?interval=day&format=csv&from=${ago(89)}`,
  ]
}

function asking({ address }: TestApi, cookie: string) {
  return async (query: string): Promise<number> => {
    const startedAt = performance.now()
    const response = await fetch(`${address}/api/usage${query}`, { headers: { Cookie: cookie } })
    const text = await response.text()
    const tookMs = performance.now() - startedAt
    // A machine on which the answer takes seconds makes it a 503.
    if (response.status === 503) return Infinity
    expect(response.status, text).toBe(200)
    if (!query.includes('csv')) expect(JSON.parse(text)).toMatchObject({ byKey: twentyKeys })
    return tookMs
  }
}

test('the usage of 10,000 keys, used in every hour, is there within 200 ms on SQLite', async () => {
  const { api, owner, questions: asked } = await openFilled('sqlite')
  const msOf = asking(api, owner.cookie)
  const best = new Map(asked.map((query) => [query, Infinity]))
  const slowest = () => Math.max(...best.values())
  for (let round = 0; round < MAX_ROUNDS && slowest() >= LIMIT_MS; round++)
    for (const [query, ms] of best) {
      if (ms < LIMIT_MS) continue
      best.set(query, Math.min(ms, await msOf(query)))
    }
  for (const [query, ms] of best) expect(ms, query).toBeLessThan(LIMIT_MS * slowness())
})

testOnPostgres(
  'and on PostgreSQL costs it no more than adding the same rows up twice',
  async () => {
    const { api, owner, questions: asked } = await openFilled('postgres')
    const db = connect(api)
    const database = { ...api.ctx.database, browsing: browsingOf(db) }
    const answer = (query: string) =>
      getOrganizationUsage(
        { ...api.ctx, database },
        { ...service, organizationId: owner.organizationId },
        OrganizationUsageQuery.parse(Object.fromEntries(new URLSearchParams(query))),
      )
    const best = new Map<string, number>()
    const measure = async (what: string, work: () => Promise<unknown>) =>
      best.set(what, Math.min(best.get(what) ?? Infinity, await cpuMsOf(db, work)))
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await measure('sum', () => sql.raw(sumOfEachKey).execute(db))
      for (const query of asked) await measure(query, () => answer(query))
    }
    expect(await answer('')).toMatchObject({ byKey: twentyKeys })
    for (const query of asked)
      expect(best.get(query), query).toBeLessThan(best.get('sum')! * LIMIT_SUMS)
  },
)
