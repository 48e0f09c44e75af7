import type { MaybePromise } from '../../lib/maybe-promise.ts'

/** What is left of a budget; `resetAtMs` is the start of the next clock minute, in epoch ms. */
export type BudgetState = { accepted: boolean; limit: number; remaining: number; resetAtMs: number }

/** Whose budget it is: a key by its number, anything else by a name. */
export type BudgetName = number | string

/**
 * Counts per clock minute. Never more than `limit` is taken in one, however many ask at once. The
 * clock is the asker's, or one that all nodes share: then `nowMs` counts for nothing.
 */
export type RateLimiter = {
  /**
   * Takes `cost` if it fits, and says what is left; a cost of 0 only looks.
   *
   * @param limit at most 1,000,000
   */
  take(name: BudgetName, limit: number, cost: number, nowMs: number): MaybePromise<BudgetState>
  /**
   * Gives back what was taken, unless the minute it was taken from is over.
   *
   * @param taken what `take` answered
   */
  giveBack(name: BudgetName, cost: number, taken: BudgetState): MaybePromise<void>
}
