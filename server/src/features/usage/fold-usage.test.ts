import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import type { KeyUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import {
  onEachDatabase,
  testApi,
  testOnPostgres,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import type { Context } from '../context.ts'
import { openDatabase } from '../../store/open-database.ts'
import { foldUsage } from './fold-usage.ts'
import { usageSinkFor } from './write-behind/usage-sinks.ts'
import { readSlot } from '../../store/usage/slot.ts'
import { DAY_MS, HOUR_MS } from '@zentrix/shared/moment.ts'

const never = new AbortController().signal

/** Folds a few rows at a time. */
function fold(api: TestApi, rowsAtOnce = 3): Promise<void> {
  return foldUsage(api.ctx, never, rowsAtOnce)
}

/** The start of the day so many days ago. */
function daysAgo({ clock }: TestApi, days: number): number {
  return Math.floor(clock.nowMs() / DAY_MS) * DAY_MS - days * DAY_MS
}

async function numberOf({ ctx }: TestApi, id: string): Promise<number> {
  const { number } = await ctx.committed
    .selectFrom('api_keys')
    .select('number')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return number
}

async function validCounts(owner: Person, id: string, query: string): Promise<number[]> {
  const { body } = await owner.agent.get(`/api/keys/${id}/usage?${query}`).expect(200)
  return (body as KeyUsage).data.map(({ counts }) => counts.VALID)
}

/** A key of any organization. */
function ownedBy(number: number) {
  return { number, organizationId: 'org_any', environment: 'production' as const }
}

const iso = (ms: number) => new Date(ms).toISOString()

onEachDatabase((open) => {
  test('hours of old days are folded into the first hour of their day, recent ones stay', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const number = await numberOf(api, id)
    const use = (atMs: number) => api.ctx.usage.record(ownedBy(number), 'VALID', atMs, null)
    const old = daysAgo(api, 33)
    const young = daysAgo(api, 31)
    for (const day of [old, young])
      for (const hour of [0, 5, 5, 23]) use(day + hour * HOUR_MS + 1000)
    await api.ctx.usage.flush()
    await fold(api)
    const hoursOf = (day: number) =>
      validCounts(owner, id, `from=${iso(day)}&to=${iso(day + DAY_MS)}`)
    const hours = Array.from({ length: 24 }, () => 0)
    expect(await hoursOf(old)).toEqual(hours.with(0, 4))
    expect(await hoursOf(young)).toEqual(hours.with(0, 1).with(5, 2).with(23, 1))
    const days = await validCounts(owner, id, `interval=day&from=${iso(old)}`)
    expect(days.slice(0, 3)).toEqual([4, 0, 4])
  })

  test('days past their retention are removed, but a last use is kept for good', async () => {
    const api = await open({ env: { USAGE_RETENTION_DAYS: '40' } })
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    await api.verify(key, { ip: '203.0.113.7' })
    await api.verify(key, { scopes: ['b'] })
    await api.ctx.usage.flush()
    const usedAt = api.clock.now()
    await owner.agent.delete(`/api/keys/${id}`).expect(204) // a revoked key is treated the same
    for (const days of [35, 10, 1000]) {
      api.clock.advance(days * 86_400)
      await fold(api)
      const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
      expect([body.lastUsedAt, body.lastUsedIp]).toEqual([usedAt, '203.0.113.7'])
      const rows = await api.ctx.committed.selectFrom('key_usage').select('count').execute()
      expect(rows.map(({ count }) => count)).toEqual(days === 35 ? [1, 1] : [0])
    }
  })

  test('no use is lost or counted twice by concurrent flushes or an interruption', async () => {
    const api = await open()
    let firstKey = 1
    const use = fc.record({
      key: fc.nat(2),
      outcome: fc.constantFrom('VALID', 'EXPIRED', 'RATE_LIMITED' as const),
      hoursAgo: fc.oneof(fc.nat(48), fc.integer({ min: 700, max: 900 })),
    })
    const uses = fc.array(use, { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(uses, uses, fc.nat(12), async (before, meanwhile, partsUntilEnd) => {
        firstKey += 10
        await api.ctx.db.deleteFrom('deployment').where('name', '=', 'usage_folded').execute()
        const note = ({ key, outcome, hoursAgo }: (typeof before)[number]) =>
          api.ctx.usage.record(
            ownedBy(firstKey + key),
            outcome as 'VALID',
            api.clock.nowMs() - hoursAgo * HOUR_MS,
            null,
          )
        before.forEach(note)
        await api.ctx.usage.flush()
        const flushes: Promise<void>[] = []
        const flushSome = () => {
          meanwhile.splice(0, 3).forEach(note)
          flushes.push(api.ctx.usage.flush())
        }
        const all = [...before, ...meanwhile]
        await foldParts(api.ctx, partsUntilEnd, flushSome)
        while (meanwhile.length > 0) flushSome()
        await Promise.all(flushes)
        await fold(api)
        const counts: Record<string, number> = {}
        for (const { key, outcome } of all) {
          const name = `${firstKey + key} ${outcome}`
          counts[name] = (counts[name] ?? 0) + 1
        }
        expect(await countsFrom(api, firstKey)).toEqual(counts)
      }),
      { numRuns: 25 },
    )
  })

  test('folding runs once a day, and again if it was not finished', async () => {
    const api = await open()
    const parts = async () => {
      let count = 0
      await foldParts(api.ctx, Infinity, () => count++)
      return count
    }
    await foldParts(api.ctx, 0, () => undefined)
    expect(await parts()).toBe(1)
    expect(await parts()).toBe(0)
    api.clock.advance(86_400)
    expect(await parts()).toBe(1)
  })
})

testOnPostgres('of several nodes one folds, and a second one skips it', async () => {
  const api = await testApi({ dialect: 'postgres' })
  const database = await openDatabase(api.ctx.config.database, { as: 'command' })
  onTestFinished(() => database.close())
  const second = usageSinkFor(database, api.ctx.log)
  let secondFolded = false
  const foldOnSecond = () =>
    second.foldAlone(async () => {
      secondFolded = true
    })
  await api.ctx.usage.foldAlone(async () => {
    await foldOnSecond()
    expect(secondFolded).toBe(false)
  })
  await foldOnSecond()
  expect(secondFolded).toBe(true)
})

/** Folds so many parts and is then stopped; `eachPart` is called while a part is under way. */
function foldParts(ctx: Context, parts: number, eachPart: () => void): Promise<void> {
  const stopping = new AbortController()
  let left = parts
  if (left === 0) stopping.abort()
  const usage: Context['usage'] = {
    ...ctx.usage,
    foldAlone: (work) =>
      ctx.usage.foldAlone((folding) =>
        work({
          ...folding,
          rows(question) {
            if (--left <= 0) stopping.abort()
            const part = folding.rows(question)
            eachPart()
            return part
          },
        }),
      ),
  }
  return foldUsage({ ...ctx, usage }, stopping.signal, 3)
}

async function countsFrom({ ctx }: TestApi, firstKey: number): Promise<Record<string, number>> {
  const rows = await ctx.committed.selectFrom('key_usage').select(['slot', 'count']).execute()
  const counts: Record<string, number> = {}
  for (const { slot, count } of rows) {
    const { keyNumber, outcome } = readSlot(slot)
    if (keyNumber < firstKey) continue
    const name = `${keyNumber} ${outcomes[outcome]!}`
    counts[name] = (counts[name] ?? 0) + count
  }
  return counts
}
