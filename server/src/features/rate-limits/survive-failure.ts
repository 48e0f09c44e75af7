import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import type { MaybePromise } from '../../maybe-promise.ts'
import type { Metrics } from '../../metrics.ts'
import { memoryRateLimiter } from './memory-rate-limiter.ts'
import { MINUTE_MS, type BudgetState, type RateLimiter } from './rate-limiter.ts'

// A failure that lasts is told of now and then, not once for every request.
const LOG_INTERVAL_MS = 10_000

type Options = {
  /** `deny` refuses, `allow` lets through, `local` counts in this process alone. */
  onFailure: Config['rateLimitOnFailure']
  log: Logger
  metrics: Metrics
}

/** A limiter that answers as configured while the one that counts cannot. */
export function surviveFailure(
  limiter: RateLimiter,
  { onFailure, log, metrics }: Options,
): RateLimiter {
  const local = memoryRateLimiter()
  let loggedAtMs = -Infinity

  function note(error: unknown): void {
    metrics.rateLimiterFailures++
    const nowMs = performance.now()
    if (nowMs - loggedAtMs < LOG_INTERVAL_MS) return
    loggedAtMs = nowMs
    log.error({ err: error, onFailure }, 'the rate limiter failed')
  }

  function instead(...asked: Parameters<RateLimiter['take']>): MaybePromise<BudgetState> {
    if (onFailure === 'local') return local.take(...asked)
    const [, limit, cost, nowMs] = asked
    const accepted = onFailure === 'allow'
    const remaining = accepted ? Math.max(0, limit - cost) : 0
    return {
      accepted,
      limit,
      remaining,
      resetAtMs: (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS,
    }
  }

  return {
    take(...asked) {
      const fallBack = (error: unknown) => {
        note(error)
        return instead(...asked)
      }
      try {
        const state = limiter.take(...asked)
        return state instanceof Promise ? state.catch(fallBack) : state
      } catch (error) {
        return fallBack(error)
      }
    },
    giveBack(...asked) {
      try {
        const given = limiter.giveBack(...asked)
        return given instanceof Promise ? given.catch(note) : given
      } catch (error) {
        note(error)
      }
    },
  }
}
