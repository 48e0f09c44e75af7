import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import { onEachDatabase } from '../../../test/kit.ts'
import type { TakeOrder } from '../../../test/take-budget.ts'
import { makeMetrics } from '../../metrics.ts'
import { makeLogger } from '../../log.ts'
import { makeBudgetMemory, memoryRateLimiter } from './memory-rate-limiter.ts'
import { MINUTE_MS, type BudgetState, type RateLimiter } from './rate-limiter.ts'
import { surviveFailure } from './survive-failure.ts'

const NOW_MS = Date.parse('2026-03-05T14:30:20.000Z')
const IN_FOUR_KILOMINUTES_MS = NOW_MS + 4096 * MINUTE_MS

const take = (limiter: RateLimiter, name: number | string, limit = 3, cost = 1, nowMs = NOW_MS) =>
  limiter.take(name, limit, cost, nowMs) as BudgetState

describe.each([
  ['a key', 7],
  ['a key with a very high number', 20_000_000],
  ['a name', 'refused/192.0.2.1'],
])('the budget of %s', (_, name) => {
  test('is spent once, and is whole in the next minute', () => {
    const limiter = memoryRateLimiter()
    const states = Array.from({ length: 5 }, () => take(limiter, name))
    expect(states.map(({ accepted }) => accepted)).toEqual([true, true, true, false, false])
    expect(states.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0])
    expect(states[0]!.resetAtMs).toBe(Date.parse('2026-03-05T14:31:00.000Z'))
    expect(take(limiter, name, 3, 1, NOW_MS + MINUTE_MS)).toMatchObject({ remaining: 2 })
  })

  test('is taken whole or not at all, and a look takes nothing', () => {
    const limiter = memoryRateLimiter()
    expect(take(limiter, name, 10, 7)).toMatchObject({ accepted: true, remaining: 3 })
    expect(take(limiter, name, 10, 4)).toMatchObject({ accepted: false, remaining: 3 })
    expect(take(limiter, name, 10, 0)).toMatchObject({ accepted: true, remaining: 3 })
    expect(take(limiter, name, 10, 3)).toMatchObject({ accepted: true, remaining: 0 })
    expect(take(limiter, name, 10, 0)).toMatchObject({ accepted: false, remaining: 0 })
  })

  test('takes back what was given back, of its own minute alone', () => {
    const limiter = memoryRateLimiter()
    const { resetAtMs } = take(limiter, name, 1)
    void limiter.giveBack(name, 1, resetAtMs)
    expect(take(limiter, name, 1).accepted).toBe(true)
    const later = NOW_MS + MINUTE_MS
    expect(take(limiter, name, 1, 1, later).accepted).toBe(true)
    void limiter.giveBack(name, 1, resetAtMs)
    expect(take(limiter, name, 1, 1, later).accepted).toBe(false)
  })

  test('is not opened a second time by a clock that steps back', () => {
    const limiter = memoryRateLimiter()
    take(limiter, name, 1, 1, NOW_MS + MINUTE_MS)
    expect(take(limiter, name, 1, 1, NOW_MS).accepted).toBe(false)
  })

  test('knows nothing of a minute whose last bits are the same, days ago', () => {
    const limiter = memoryRateLimiter()
    take(limiter, name, 1)
    expect(take(limiter, name, 1, 1, IN_FOUR_KILOMINUTES_MS).accepted).toBe(true)
  })

  test('nor when others were counted in every minute between', () => {
    const limiter = memoryRateLimiter()
    take(limiter, name, 1)
    for (let ms = NOW_MS; ms < IN_FOUR_KILOMINUTES_MS; ms += MINUTE_MS)
      take(limiter, 'another', 1, 1, ms)
    expect(take(limiter, name, 1, 1, IN_FOUR_KILOMINUTES_MS).accepted).toBe(true)
  })

  test('can be a million', () => {
    const limiter = memoryRateLimiter()
    for (let taken = 0; taken < 1000; taken++) take(limiter, name, 1_000_000, 1000)
    expect(take(limiter, name, 1_000_000, 0)).toMatchObject({ accepted: false, remaining: 0 })
  })
})

test('a hundred thousand names do not spend the budget of another', () => {
  const limiter = memoryRateLimiter()
  for (let at = 0; at < 100_000; at++) take(limiter, `refused/${at}`, 300)
  const refused = Array.from({ length: 1000 }, (_, at) => take(limiter, `new/${at}`, 10)).filter(
    ({ accepted }) => !accepted,
  )
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

describe('a limiter that fails', () => {
  const failing: Record<string, RateLimiter> = {
    'at once': {
      take() {
        throw new Error('no counter')
      },
      giveBack() {
        throw new Error('no counter')
      },
    },
    'after a while': {
      take: () => Promise.reject(new Error('no counter')),
      giveBack: () => Promise.reject(new Error('no counter')),
    },
  }

  describe.each(Object.keys(failing))('%s', (how) => {
    function open(onFailure: 'deny' | 'allow' | 'local') {
      const metrics = makeMetrics()
      const lines: string[] = []
      const log = makeLogger('info', { write: (line) => void lines.push(line) })
      return { limiter: surviveFailure(failing[how]!, { onFailure, log, metrics }), metrics, lines }
    }

    test('denies, lets through, or counts here, as configured', async () => {
      const accepted = async (onFailure: 'deny' | 'allow' | 'local') => {
        const { limiter } = open(onFailure)
        const states = [
          await limiter.take(1, 2, 1, NOW_MS),
          await limiter.take(1, 2, 1, NOW_MS),
          await limiter.take(1, 2, 1, NOW_MS),
        ]
        return states.map((state) => state.accepted)
      }
      expect(await accepted('deny')).toEqual([false, false, false])
      expect(await accepted('allow')).toEqual([true, true, true])
      expect(await accepted('local')).toEqual([true, true, false])
    })

    test('says so in the log, once in a while, and in the metrics every time', async () => {
      const { limiter, metrics, lines } = open('deny')
      for (let at = 0; at < 5; at++) await limiter.take(1, 2, 1, NOW_MS)
      await limiter.giveBack(1, 1, NOW_MS)
      expect(metrics.rateLimiterFailures).toBe(6)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain('the rate limiter failed')
    })
  })
})

onEachDatabase((open) => {
  test.each([
    ['deny', { valid: false, code: 'RATE_LIMITED' }],
    ['allow', { valid: true, code: 'VALID' }],
  ])('verify answers as configured when nothing counts: %s', async (onFailure, answer) => {
    const api = await open({ env: { RATE_LIMIT_ON_FAILURE: onFailure } })
    const { key } = await api.issueKey(await api.owner())
    const { log, metrics } = api.ctx
    api.ctx.rateLimiter = surviveFailure(
      { take: () => Promise.reject(new Error('no counter')), giveBack: () => undefined },
      { onFailure: api.ctx.config.rateLimitOnFailure, log, metrics },
    )
    expect(await api.verify(key)).toMatchObject(answer)
    const { text } = await api.request.get('/metrics').expect(200)
    expect(text).toContain('nas_rate_limiter_failures_total 1')
  })
})
