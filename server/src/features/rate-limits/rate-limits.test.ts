import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  isRedisMissing,
  startRedis,
  type Redis,
} from '../../../../scripts/testkit/processes/redis.ts'
import type { TakeOrder } from '../../../test/take-budget.ts'
import { makeRandomId } from '../../crypto/ids.ts'
import { makeBudgetMemory, memoryRateLimiter } from './memory-rate-limiter.ts'
import type { BudgetName, BudgetState, RateLimiter } from './rate-limiter.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import { connectToRedis } from './redis-connection.ts'
import { redisGreeting, redisRateLimiter } from './redis-rate-limiter.ts'

const NOW_MS = Date.parse('2026-03-05T14:30:20.000Z')
const IN_FOUR_KILOMINUTES_MS = NOW_MS + 4096 * MINUTE_MS
const PATIENCE_MS = 60_000

let redis: Redis
beforeAll(async () => {
  if (!isRedisMissing()) redis = await startRedis()
})
afterAll(() => redis?.stop())

/** A node's limiter in Redis; nodes with one secret share budgets. */
async function redisNode({
  secret = Buffer.from(makeRandomId()),
  clock = 'caller',
}: { secret?: Buffer; clock?: 'redis' | 'caller' } = {}) {
  const connection = connectToRedis(redis.url, redisGreeting, PATIENCE_MS)
  onTestFinished(() => connection.close())
  expect(await connection.firstFailure).toBeUndefined()
  return { limiter: redisRateLimiter(connection, secret, { clock }) }
}

async function inTurn(times: number, take: () => Promise<BudgetState>): Promise<BudgetState[]> {
  const states: BudgetState[] = []
  for (let at = 0; at < times; at++) states.push(await take())
  return states
}

function minuteEndMs(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS
}

const limiters: [where: string, isMissing: boolean, open: () => Promise<RateLimiter>][] = [
  ['in memory', false, async () => memoryRateLimiter()],
  ['in Redis', isRedisMissing(), async () => (await redisNode()).limiter],
]

describe.each(limiters)('counted %s', (_, isMissing, open) => {
  describe.skipIf(isMissing).each([
    ['a key', 7],
    ['a key with a very high number', 20_000_000],
    ['a name', 'refused/192.0.2.1'],
  ])('the budget of %s', (__, name) => {
    async function opened() {
      const limiter = await open()
      const take = async (limit = 3, cost = 1, nowMs = NOW_MS) =>
        limiter.take(name, limit, cost, nowMs)
      return { limiter, take }
    }

    test('is spent once, and is full in the next minute', async () => {
      const { take } = await opened()
      const states = await inTurn(5, () => take())
      expect(states.map(({ accepted }) => accepted)).toEqual([true, true, true, false, false])
      expect(states.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0])
      expect(states[0]!.resetAtMs).toBe(Date.parse('2026-03-05T14:31:00.000Z'))
      expect(await take(3, 1, NOW_MS + MINUTE_MS)).toMatchObject({ remaining: 2 })
    })

    test('is reduced by a whole cost or not at all, and a look takes nothing', async () => {
      const { take } = await opened()
      expect(await take(10, 7)).toMatchObject({ accepted: true, remaining: 3 })
      expect(await take(10, 4)).toMatchObject({ accepted: false, remaining: 3 })
      expect(await take(10, 0)).toMatchObject({ accepted: true, remaining: 3 })
      expect(await take(10, 3)).toMatchObject({ accepted: true, remaining: 0 })
      expect(await take(10, 0)).toMatchObject({ accepted: false, remaining: 0 })
    })

    test('says that nothing is left when the limit has been lowered', async () => {
      const { take } = await opened()
      await take(10, 7)
      expect(await take(5, 1)).toMatchObject({ accepted: false, limit: 5, remaining: 0 })
    })

    test('takes a cost back, only within its own minute', async () => {
      const { limiter, take } = await opened()
      const taken = await take(1)
      await limiter.giveBack(name, 1, taken)
      expect((await take(1)).accepted).toBe(true)
      const later = NOW_MS + MINUTE_MS
      expect((await take(1, 1, later)).accepted).toBe(true)
      await limiter.giveBack(name, 1, taken)
      expect((await take(1, 1, later)).accepted).toBe(false)
    })

    test('is not opened a second time by a clock that steps back', async () => {
      const { take } = await opened()
      await take(1, 1, NOW_MS + MINUTE_MS)
      expect((await take(1, 1, NOW_MS)).accepted).toBe(false)
    })

    test('is full in each minute after the clock jumped ahead and was set back', async () => {
      const { take } = await opened()
      expect((await take(1, 1, NOW_MS + 60 * MINUTE_MS)).accepted).toBe(true)
      for (let ms = NOW_MS; ms < NOW_MS + 5 * MINUTE_MS; ms += MINUTE_MS) {
        const state = await take(1, 1, ms)
        expect(state).toMatchObject({ accepted: true, resetAtMs: minuteEndMs(ms) })
        expect((await take(1, 1, ms)).accepted).toBe(false)
      }
    })

    test('forgets a minute days ago with the same last bits', async () => {
      const { take } = await opened()
      await take(1)
      expect((await take(1, 1, IN_FOUR_KILOMINUTES_MS)).accepted).toBe(true)
    })

    test('can be a million', async () => {
      const { take } = await opened()
      await inTurn(1000, () => take(1_000_000, 1000))
      expect(await take(1_000_000, 0)).toMatchObject({ accepted: false, remaining: 0 })
    })

    test('also when other names were counted in every minute between', async () => {
      const { limiter, take } = await opened()
      await take(1)
      for (let ms = NOW_MS; ms < IN_FOUR_KILOMINUTES_MS; ms += MINUTE_MS)
        await limiter.take('another', 1, 1, ms)
      expect((await take(1, 1, IN_FOUR_KILOMINUTES_MS)).accepted).toBe(true)
    })
  })
})

describe.skipIf(isRedisMissing())('counted in Redis', () => {
  test('the budgets of several nodes are shared exactly', async () => {
    const secret = Buffer.from(makeRandomId())
    const nodes = await Promise.all([1, 2, 3].map(() => redisNode({ secret })))
    const limit = 700
    const names = [1, 2, 'a name']
    const asked = Array.from({ length: 400 }, (_, at) =>
      nodes.flatMap(({ limiter }) =>
        names.map(async (name) => {
          const cost = 1 + (at % 3)
          const { accepted, remaining } = await limiter.take(name, limit, cost, NOW_MS)
          expect(remaining).toBeGreaterThanOrEqual(0)
          return { name, taken: accepted ? cost : 0 }
        }),
      ),
    )
    const answers = await Promise.all(asked.flat())
    const totals = names.map((name) =>
      answers.reduce((sum, answer) => sum + (answer.name === name ? answer.taken : 0), 0),
    )
    expect(totals).toEqual([limit, limit, limit])
  })

  test('minutes are those of Redis, even if the clocks of the nodes differ', async () => {
    const secret = Buffer.from(makeRandomId())
    const [first, second] = await Promise.all(
      [1, 2].map(() => redisNode({ secret, clock: 'redis' })),
    )
    for (let round = 0; ; round++) {
      const endsMs = minuteEndMs(Date.now())
      const states = [
        await first!.limiter.take(round, 2, 1, 0),
        await second!.limiter.take(round, 2, 1, NOW_MS + 1_000_000_000),
        await first!.limiter.take(round, 2, 1, NOW_MS),
      ]
      if (minuteEndMs(Date.now()) !== endsMs) continue // the minute ended meanwhile
      expect(states.map(({ accepted }) => accepted)).toEqual([true, true, false])
      expect(states.map(({ resetAtMs }) => resetAtMs)).toEqual([endsMs, endsMs, endsMs])
      break
    }
  })

  test('names are stored unreadable, each for two minutes', async () => {
    const { limiter } = await redisNode({ clock: 'redis' })
    const { resetAtMs } = await limiter.take('sign-in/account/192.0.2.7', 10, 1, NOW_MS)
    await limiter.take(5, 10, 0, NOW_MS) // a look leaves nothing
    const keys = redis.cli('keys', '*').split('\n')
    expect(keys.join()).not.toContain('192.0.2.7')
    for (const key of keys) {
      const livesMs = Number(redis.cli('pexpiretime', key))
      expect(livesMs).toBeGreaterThan(0)
      expect(livesMs).toBeLessThanOrEqual(resetAtMs + 3 * MINUTE_MS)
    }
  })

  test('another deployment on the same Redis has its own budgets', async () => {
    const [ours, theirs] = await Promise.all([redisNode(), redisNode()])
    await ours.limiter.take(1, 1, 1, NOW_MS)
    expect(await theirs.limiter.take(1, 1, 1, NOW_MS)).toMatchObject({ accepted: true })
  })

  test('a Redis that has lost its scripts gets them again', async () => {
    const { limiter } = await redisNode()
    redis.cli('script', 'flush')
    expect(await limiter.take(1, 2, 1, NOW_MS)).toMatchObject({ accepted: true, remaining: 1 })
  })
})

test('a hundred thousand names do not spend the budget of another', () => {
  const limiter = memoryRateLimiter()
  for (let at = 0; at < 100_000; at++) void limiter.take(`refused/${at}`, 300, 1, NOW_MS)
  const refused = Array.from(
    { length: 1000 },
    (_, at) => limiter.take(`new/${at}`, 10, 1, NOW_MS) as BudgetState,
  ).filter(({ accepted }) => !accepted)
  expect(refused).toEqual([])
})

test('threads that share a memory share its budgets exactly', async () => {
  const memory = makeBudgetMemory()
  const limit = 10_000
  const names = [1, 2, 'a name']
  const threads = [1, 2, 3].map(
    () =>
      new Worker(new URL('../../../test/take-budget.ts', import.meta.url), {
        workerData: { memory },
      }),
  )
  onTestFinished(async () => void (await Promise.all(threads.map((thread) => thread.terminate()))))
  const order: TakeOrder = { names, times: 5000, limit, nowMs: NOW_MS }
  const got = await Promise.all(
    threads.map(async (thread) => {
      await once(thread, 'online')
      thread.postMessage(order)
      const [counts] = (await once(thread, 'message')) as [number[]]
      return counts
    }),
  )
  const totals = names.map((_, at) => got.reduce((sum, counts) => sum + counts[at]!, 0))
  expect(totals).toEqual([limit, limit, limit])
})

// Where the clock goes next, in seconds: mostly on, at times ahead by hours, back, or back by a bit.
const clockSteps = fc.constantFrom(0, 1, 20, 40, 60, 61, 3600, 30_000, -20, -45, -60, -3600)
const takes = fc.record({
  name: fc.constantFrom<BudgetName>(1, 2, 'an address'),
  step: clockSteps,
  limit: fc.constantFrom(1, 3, 5),
  cost: fc.constantFrom(0, 1, 2),
  isGivenBack: fc.boolean(),
})

test.skipIf(isRedisMissing())(
  'memory and Redis answer alike, however the clock moves',
  async () => {
    const connection = connectToRedis(redis.url, redisGreeting, PATIENCE_MS)
    onTestFinished(() => connection.close())
    expect(await connection.firstFailure).toBeUndefined()
    await fc.assert(
      fc.asyncProperty(fc.array(takes, { minLength: 2, maxLength: 30 }), async (asked) => {
        const both = [
          memoryRateLimiter(),
          redisRateLimiter(connection, Buffer.from(makeRandomId()), { clock: 'caller' }),
        ]
        let ms = NOW_MS
        for (const { name, step, limit, cost, isGivenBack } of asked) {
          ms += step * 1000
          const [here, there] = await Promise.all(both.map((it) => it.take(name, limit, cost, ms)))
          expect(here).toEqual(there)
          if (isGivenBack && here!.accepted)
            await Promise.all(both.map((it) => it.giveBack(name, cost, here!)))
        }
      }),
      { numRuns: 200 },
    )
  },
)
