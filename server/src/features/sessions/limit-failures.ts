import type { Context } from '../../context.ts'
import type { BudgetState } from '../rate-limits/rate-limiter.ts'
import { SessionError } from './session-error.ts'

const MAX_FAILURES_PER_MINUTE = 10

/** Runs one attempt under all of these budgets; only a failed one uses them up. */
export type LimitFailures = <T>(
  budgets: string[],
  attempt: () => Promise<T>,
  isFailure: (result: T) => boolean,
) => Promise<T>

/**
 * Limits failed attempts, never good ones: each reserves its place before it is tried and gives
 * it back unless it failed. Where all places are reserved by attempts still under way, the next
 * one waits for them, so that many who sign in at once from one address all get in.
 */
export function failureLimit(ctx: Context): LimitFailures {
  const underWay = new Map<string, Set<Promise<void>>>()

  async function reserve(budgets: string[]): Promise<() => Promise<void>> {
    for (;;) {
      const nowMs = Date.parse(ctx.now())
      const taken: [string, BudgetState][] = []
      let full: [string, BudgetState] | undefined
      for (const name of budgets) {
        const state = await ctx.rateLimiter.take(name, MAX_FAILURES_PER_MINUTE, 1, nowMs)
        if (!state.accepted) {
          full = [name, state]
          break
        }
        taken.push([name, state])
      }
      const giveBack = async () => {
        for (const [name, state] of taken) await ctx.rateLimiter.giveBack(name, 1, state.resetAtMs)
      }
      if (!full) return giveBack
      await giveBack()
      const [name, { resetAtMs }] = full
      const others = underWay.get(name)
      if (!others) throw tooManyFailures(resetAtMs, nowMs)
      await Promise.race(others)
    }
  }

  return async (budgets, attempt, isFailure) => {
    const giveBack = await reserve(budgets)
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const name of budgets) underWay.set(name, (underWay.get(name) ?? new Set()).add(promise))
    let hasFailed = false
    try {
      const result = await attempt()
      hasFailed = isFailure(result)
      return result
    } finally {
      if (!hasFailed) await giveBack()
      for (const name of budgets) {
        const others = underWay.get(name)!
        others.delete(promise)
        if (others.size === 0) underWay.delete(name)
      }
      resolve()
    }
  }
}

function tooManyFailures(resetAtMs: number, nowMs: number): SessionError {
  const retryAfter = Math.max(1, Math.ceil((resetAtMs - nowMs) / 1000))
  return new SessionError(
    429,
    'RATE_LIMITED',
    `Too many failed attempts. Try again in ${retryAfter} seconds.`,
    retryAfter,
  )
}
