import type { Logger } from 'pino'
import type { Config } from '../../config/config.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { BudgetName, BudgetState, RateLimiter } from './rate-limiter.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'

// While failures come and go, log at most once in this time.
const LOG_INTERVAL_MS = 10_000

type Options = {
  /** For budgets of keys: `deny` refuses, `allow` lets through, `local` counts in this process alone. */
  onFailure: Config['rateLimitOnFailure']
  /** The limiter of `local`. */
  local: RateLimiter
  log: Logger
  metrics: Metrics
}

/** A limiter that answers as configured while the counting one fails. */
export function surviveFailure(
  limiter: RateLimiter,
  { onFailure, local, log, metrics }: Options,
): RateLimiter {
  const { noteFailure, noteSuccess } = outageLog(onFailure, log, metrics)
  // These states were not taken from the limiter, so they are not given back to it.
  const answeredHere = new WeakSet<BudgetState>()

  /**
   * Addresses and accounts are always counted, if need be in this process: an outage must keep
   * nobody from signing in or from revoking a leaked key, and let nobody guess without a limit.
   */
  function isCountedHere(name: BudgetName): boolean {
    return onFailure === 'local' || typeof name === 'string'
  }

  function instead(...asked: Parameters<RateLimiter['take']>): MaybePromise<BudgetState> {
    return whenReady(decideHere(...asked), (state) => {
      answeredHere.add(state)
      return state
    })
  }

  function decideHere(...asked: Parameters<RateLimiter['take']>): MaybePromise<BudgetState> {
    const [name, limit, cost, nowMs] = asked
    if (isCountedHere(name)) return local.take(...asked)
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
        noteFailure(error)
        return instead(...asked)
      }
      try {
        const state = limiter.take(...asked)
        if (!(state instanceof Promise)) return state
        return state.then((known) => {
          noteSuccess()
          return known
        }, fallBack)
      } catch (error) {
        return fallBack(error)
      }
    },
    giveBack(name, cost, taken) {
      if (answeredHere.has(taken))
        return isCountedHere(name) ? local.giveBack(name, cost, taken) : undefined
      try {
        const given = limiter.giveBack(name, cost, taken)
        return given instanceof Promise ? given.catch(noteFailure) : given
      } catch (error) {
        noteFailure(error)
      }
    },
  }
}

/** Logs the beginning and the end of an outage, not every failure. */
function outageLog(onFailure: Options['onFailure'], log: Logger, metrics: Metrics) {
  let isFailing = false
  let loggedAtMs = -Infinity
  let failuresBefore = 0
  return {
    noteFailure(error: unknown): void {
      metrics.rateLimiterFailures++
      if (isFailing) return
      const nowMs = performance.now()
      if (nowMs - loggedAtMs < LOG_INTERVAL_MS) return
      isFailing = true
      loggedAtMs = nowMs
      failuresBefore = metrics.rateLimiterFailures - 1
      log.error({ err: error, onFailure }, 'the rate limiter failed')
    },
    noteSuccess(): void {
      if (!isFailing) return
      isFailing = false
      const failures = metrics.rateLimiterFailures - failuresBefore
      log.warn({ failures }, 'the rate limiter counts again')
    },
  }
}
