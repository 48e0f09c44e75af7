import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, toMoment } from '@zentrix/shared/moment.ts'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { fillOrganization } from '../../../../scripts/testkit/api/fill-organization.ts'
import { testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { slowness } from '../../../../scripts/testkit/api/slowness.ts'
import { DAY_SLOTS_PER_KEY } from '../../store/usage/day-slot.ts'
import { hourOf, SLOTS_PER_KEY, SLOTS_PER_OUTCOME } from '../../store/usage/slot.ts'
import { writeFact } from '../../store/deployment-facts.ts'

const LIMIT_MS = 200

// Other processes on the machine slow some answers down: the best time of each question counts.
const MAX_ROUNDS = 6

const twentyKeys = Array.from({ length: 20 }, () => ({ label: 'x' }))

/** As 10,000 keys have them that were used in every hour: what the answers to these questions read. */
function rowsOfUse(nowMs: number, organizationId: string): string[] {
  const hour = hourOf(nowMs)
  const today = Math.floor(nowMs / DAY_MS)
  const limited = outcomes.indexOf('RATE_LIMITED')
  const hours = `with recursive hours (hour) as (
    select ${hour - 24} union all select hour + 1 from hours where hour < ${hour})`
  return [
    `insert into key_usage (slot, count, last_at_ms)
     ${hours} select number * ${SLOTS_PER_KEY} + hour, number % 50 + 1, hour * ${HOUR_MS}
     from hours cross join api_keys`,
    `insert into key_usage (slot, count, last_at_ms)
     ${hours} select number * ${SLOTS_PER_KEY} + ${limited * SLOTS_PER_OUTCOME} + hour, 1, hour * ${HOUR_MS}
     from hours cross join api_keys where number % 10 = 0`,
    ...[91, 31, 8, 1].map(
      (ago) => `insert into key_days (slot, total)
        select number * ${DAY_SLOTS_PER_KEY} + ${today - ago}, (100 - ${ago}) * (number % 50 + 1)
        from api_keys`,
    ),
    ...[0, limited].map(
      (
        outcome,
      ) => `insert into organization_usage (organization_id, environment, outcome, hour, count)
        ${hours} select '${organizationId}', 'production', ${outcome}, hour, 1000 from hours`,
    ),
  ]
}

async function fill({ ctx, clock }: TestApi, organizationId: string): Promise<void> {
  const { database } = ctx.config
  if (database.dialect !== 'sqlite') throw new Error('this fills a SQLite file')
  const usage = new Sqlite(ctx.database.usagePath!)
  usage.prepare('attach ? as keys').run(database.path)
  for (const statement of rowsOfUse(clock.nowMs(), organizationId)) usage.exec(statement)
  usage.close()
  await writeFact(ctx.db, 'usage_days', `${Math.floor(clock.nowMs() / DAY_MS) * 24}`)
}

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

test('the usage of 10,000 keys, used in every hour, is there within 200 ms on SQLite', async () => {
  const api = await testApi()
  const owner = await api.owner()
  await fillOrganization(api, owner.organizationId, 0)
  await fill(api, owner.organizationId)
  // A machine on which the answer takes seconds makes it a 503.
  const msOf = async (query: string) => {
    const startedAt = performance.now()
    const response = await fetch(`${api.address}/api/usage${query}`, {
      headers: { Cookie: owner.cookie },
    })
    const text = await response.text()
    const tookMs = performance.now() - startedAt
    if (response.status === 503) return Infinity
    expect(response.status, text).toBe(200)
    if (!query.includes('csv')) expect(JSON.parse(text)).toMatchObject({ byKey: twentyKeys })
    return tookMs
  }
  const best = new Map(questions(api.clock.nowMs()).map((query) => [query, Infinity]))
  const slowest = () => Math.max(...best.values())
  for (let round = 0; round < MAX_ROUNDS && slowest() >= LIMIT_MS; round++)
    for (const [query, ms] of best) {
      if (ms < LIMIT_MS) continue
      best.set(query, Math.min(ms, await msOf(query)))
    }
  for (const [query, ms] of best) expect(ms, query).toBeLessThan(LIMIT_MS * slowness())
})
