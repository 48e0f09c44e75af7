import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import {
  onEachDatabase,
  testApi,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import {
  isRedisMissing,
  startRedis,
  type Redis,
} from '../../../../../scripts/testkit/processes/redis.ts'
import { connectToRedis } from '../../rate-limits/redis-connection.ts'
import { redisGreeting } from '../../rate-limits/redis-rate-limiter.ts'
import { columnTypes } from '../../../store/schema/dialect.ts'
import { sharedBudgets } from '../../../store/migrations/006-shared-budgets.ts'

const OVERLAP = { overlapSeconds: 600 }
const PATIENCE_MS = 60_000

async function successorOf({ agent }: Person, { id }: IssuedKey): Promise<IssuedKey> {
  const { body } = await agent.post(`/api/keys/${id}/rotate`).send(OVERLAP).expect(201)
  return body as IssuedKey
}

/** A key and its successors, the first one first. */
async function chainOf(api: TestApi, owner: Person, rateLimitPerMinute: number, length = 3) {
  const keys = [await api.issueKey(owner, { rateLimitPerMinute })]
  while (keys.length < length) keys.push(await successorOf(owner, keys.at(-1)!))
  return keys
}

async function codes(api: TestApi, keys: IssuedKey[], cost = 1): Promise<unknown[]> {
  const answers = await Promise.all(keys.map(({ key }) => api.verify(key, { cost })))
  return answers.map(({ code }) => code)
}

onEachDatabase((open) => {
  test('a key that was rotated and its successors share one budget', async () => {
    const api = await open()
    const chain = await chainOf(api, await api.owner(), 4)
    const [first, second, third] = chain as [IssuedKey, IssuedKey, IssuedKey]
    const answers = await codes(api, [...chain, ...chain])
    expect(answers.filter((code) => code === 'VALID')).toHaveLength(4)
    expect(await codes(api, [first, second, third])).toEqual(Array(3).fill('RATE_LIMITED'))
    api.clock.advance(60)
    for (const [at, { key }] of chain.entries())
      expect(await api.verify(key)).toMatchObject({ rateLimit: { remaining: 3 - at } })
  })

  test('each key may use as much of a shared budget as its own limit allows', async () => {
    const api = await open()
    const owner = await api.owner()
    const [old, successor] = (await chainOf(api, owner, 3, 2)) as [IssuedKey, IssuedKey]
    const raised = { rateLimitPerMinute: 5 }
    await owner.agent.patch(`/api/keys/${successor.id}`).send(raised).expect(200)
    expect(await codes(api, [old], 3)).toEqual(['VALID'])
    expect(await codes(api, [old])).toEqual(['RATE_LIMITED'])
    expect(await api.verify(successor.key)).toMatchObject({ rateLimit: { limit: 5, remaining: 1 } })
    expect(await codes(api, [successor], 2)).toEqual(['RATE_LIMITED'])
  })

  test('every other key has a budget of its own, and uses are counted for each key', async () => {
    const api = await open()
    const owner = await api.owner()
    const [chain, other] = [await chainOf(api, owner, 1), await api.issueKey(owner)]
    await codes(api, [chain[2]!, other])
    expect(await codes(api, [other])).toEqual(['VALID'])
    const used = await Promise.all(
      chain.map(async ({ id }) => {
        const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
        return (body as { lastUsedAt: string | null }).lastUsedAt
      }),
    )
    expect(used).toEqual([null, null, api.clock.now()])
  })

  test('keys that were rotated before budgets were shared share them after the migration', async () => {
    const api = await open()
    const owner = await api.owner()
    const chains = [await chainOf(api, owner, 1), await chainOf(api, owner, 1, 4)]
    const { db, database } = api.ctx
    // A trigger of a later migration reads the column.
    const onTable = database.dialect === 'postgres' ? 'on api_keys' : ''
    await sql`drop trigger api_keys_log_update ${sql.raw(onTable)}`.execute(db)
    await sql`alter table api_keys drop column budget_number`.execute(db)
    await sharedBudgets(columnTypes[database.dialect]).up(db as never)
    for (const chain of chains) {
      const answers = await codes(api, chain)
      expect(answers.filter((code) => code === 'VALID')).toHaveLength(1)
    }
  })
})

describe.skipIf(isRedisMissing())('counted in Redis', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  test('a key that was rotated and its successors share one budget', async () => {
    const connection = connectToRedis(redis.url, redisGreeting, PATIENCE_MS)
    onTestFinished(() => connection.close())
    const api = await testApi({ redis: connection })
    const chain = await chainOf(api, await api.owner(), 2)
    const answers = await codes(api, chain)
    expect(answers.filter((code) => code === 'VALID')).toHaveLength(2)
  })
})
