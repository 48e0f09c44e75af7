import type { MaybePromise } from '../../lib/maybe-promise.ts'

/** The state of a budget; `resetAtMs` is the start of the next clock minute, in epoch ms. */
export type BudgetState = {
  accepted: boolean
  limit: number
  remaining: number
  resetAtMs: number
  /** Until then, by the clock that counts; undefined where nothing was counted. */
  endsInMs?: number
}

/** The owner of a budget: a key by its number, anything else by a name. */
export type BudgetName = number | string

/**
 * Counts per clock minute. Concurrent callers never take more than `limit` in one minute. The clock
 * is the caller's, or one that all nodes share, which ignores `nowMs`.
 */
export type RateLimiter = {
  /**
   * Takes `cost` if it fits, and returns the state; a cost of 0 only looks.
   *
   * @param limit at most 1,000,000
   */
  take(name: BudgetName, limit: number, cost: number, nowMs: number): MaybePromise<BudgetState>
  /**
   * Gives a taken cost back, unless its minute is over.
   *
   * @param taken the result of `take`
   */
  giveBack(name: BudgetName, cost: number, taken: BudgetState): MaybePromise<void>
}
