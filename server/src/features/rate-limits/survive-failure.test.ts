import { describe, expect, test } from 'vitest'
import { onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'
import { makeLogger } from '../../lib/log/log.ts'
import { makeMetrics } from '../../lib/metrics.ts'
import { memoryRateLimiter } from './memory-rate-limiter.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { surviveFailure } from './survive-failure.ts'

const NOW_MS = Date.parse('2026-03-05T14:30:20.000Z')

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
      const { log, lines } = logged()
      const options = { onFailure, local: memoryRateLimiter(), log, metrics }
      return { limiter: surviveFailure(failing[how]!, options), metrics, lines }
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

    test.each(['deny', 'allow'] as const)('counts addresses and accounts here: %s', async (to) => {
      const { limiter } = open(to)
      const take = async () => (await limiter.take('sign-in/10.0.0.1', 2, 1, NOW_MS)).accepted
      expect([await take(), await take(), await take()]).toEqual([true, true, false])
    })

    test('says so in the log, once in a while, and in the metrics every time', async () => {
      const { limiter, metrics, lines } = open('deny')
      for (let at = 0; at < 5; at++) await limiter.take(1, 2, 1, NOW_MS)
      expect(metrics.rateLimiterFailures).toBe(5)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain('the rate limiter failed')
    })

    test('gets back the costs that it had counted, and nothing else', async () => {
      const { limiter } = open('local')
      const taken = await limiter.take(1, 1, 1, NOW_MS)
      await limiter.giveBack(1, 1, taken)
      expect((await limiter.take(1, 1, 1, NOW_MS)).accepted).toBe(true)
      await limiter.giveBack(1, 1, { ...taken })
      expect((await limiter.take(1, 1, 1, NOW_MS)).accepted).toBe(false)
    })
  })

  test('logs when it counts again, and how much was not counted', async () => {
    const { log, lines } = logged()
    let isDown = true
    const counting = memoryRateLimiter()
    const limiter = surviveFailure(
      {
        take: async (...asked) => {
          if (isDown) throw new Error('no counter')
          return counting.take(...asked)
        },
        giveBack: () => undefined,
      },
      { onFailure: 'deny', local: memoryRateLimiter(), log, metrics: makeMetrics() },
    )
    for (let at = 0; at < 3; at++) await limiter.take(1, 2, 1, NOW_MS)
    isDown = false
    for (let at = 0; at < 2; at++) await limiter.take(1, 2, 1, NOW_MS)
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'the rate limiter failed' },
      { msg: 'the rate limiter counts again', failures: 3 },
    ])
  })
})

function logged() {
  const lines: string[] = []
  return { log: makeLogger('info', { write: (line) => void lines.push(line) }), lines }
}

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
      {
        onFailure: api.ctx.config.rateLimitOnFailure,
        local: memoryRateLimiter(),
        log,
        metrics,
      },
    )
    expect(await api.verify(key)).toMatchObject(answer)
    const { text } = await api.request.get('/metrics').expect(200)
    expect(text).toContain('nas_rate_limiter_failures_total 1')
  })
})
