import type { Context } from '../../context.ts'
import type { BudgetState } from '../../rate-limits/rate-limiter.ts'
import { tooMany } from '../identity/session-error.ts'

const MAX_FAILURES_PER_MINUTE = 10

// Attempts under way are counted like failures, so that all threads and nodes see them.
const MAX_UNDER_WAY = 1_000_000
const ASK_AGAIN_MS = 50
const MAX_ASK_AGAIN_MS = 1000
// Attempts of a killed node never end; they are forgotten with their minute. After 8 seconds the
// answer would be a 503 anyway.
const MAX_WAIT_MS = 6000

/** Runs one attempt under all of these budgets; only a failed attempt uses them up. */
export type LimitFailures = <T>(
  budgets: string[],
  attempt: () => Promise<T>,
  isFailure: (result: T) => boolean,
) => Promise<T>

type Taken = [name: string, state: BudgetState]

/**
 * Limits failed attempts, never good ones: each reserves a place before it is tried, and gives it
 * back unless it failed. If attempts under way, here or at another node, have reserved all places,
 * the next attempt waits for them, so that many people can sign in at once from one address.
 */
export function failureLimit(ctx: Context): LimitFailures {
  const nowMs = () => Date.parse(ctx.now())
  const attempts = waitingAttempts()

  async function giveBackAll(taken: Taken[]): Promise<void> {
    await Promise.all(taken.map(([name, state]) => ctx.rateLimiter.giveBack(name, 1, state)))
  }

  async function takeAll(names: string[], limit: number): Promise<Taken[]> {
    const take = async (name: string): Promise<Taken> => [
      name,
      await ctx.rateLimiter.take(name, limit, 1, nowMs()),
    ]
    return Promise.all(names.map(take))
  }

  async function areOthersUnderWay(names: string[]): Promise<boolean> {
    for (const name of names) {
      const state = await ctx.rateLimiter.take(name, MAX_UNDER_WAY, 0, nowMs())
      if (state.accepted && state.remaining < MAX_UNDER_WAY) return true
    }
    return false
  }

  /** @returns the places to give back always, and those to give back unless the attempt fails */
  async function reserve(budgets: string[]): Promise<{ always: Taken[]; unlessFailed: Taken[] }> {
    const underWay = budgets.map((name) => `under-way/${name}`)
    const giveUpAtMs = performance.now() + MAX_WAIT_MS
    for (let isSure = false; ;) {
      // The first goes out before the second: a request that finds a place reserved also finds the
      // attempt that reserved it.
      const [always, places] = await Promise.all([
        takeAll(underWay, MAX_UNDER_WAY).then(accepted),
        takeAll(budgets, MAX_FAILURES_PER_MINUTE),
      ])
      const full = places.find(([, state]) => !state.accepted)
      if (!full) return { always, unlessFailed: places }
      await giveBackAll([...accepted(places), ...always])
      const mayWait = performance.now() < giveUpAtMs && (await areOthersUnderWay(underWay))
      if (mayWait) await attempts.wait()
      // An attempt may have ended between the two questions; then a place is free now.
      else if (isSure) throw tooMany('failed attempts', full[1].resetAtMs - nowMs())
      isSure = !mayWait
    }
  }

  return async (budgets, attempt, isFailure) => {
    const { always, unlessFailed } = await reserve(budgets)
    let hasFailed = false
    try {
      const result = await attempt()
      hasFailed = isFailure(result)
      return result
    } finally {
      // Places first: a request that sees no attempt under way must see them free.
      if (!hasFailed) await giveBackAll(unlessFailed)
      await giveBackAll(always)
      attempts.wakeFirst()
    }
  }
}

/** Attempts that found no place. */
function waitingAttempts() {
  const waiting = new Set<() => void>()
  return {
    /**
     * Resolves when an attempt ends here, or after a short time, because one may end elsewhere. The
     * more attempts wait, the more seldom each asks, so that a crowd costs no more than a few.
     */
    async wait(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const timer = setTimeout(resolve, Math.min(MAX_ASK_AGAIN_MS, ASK_AGAIN_MS * waiting.size))
      await promise
      clearTimeout(timer)
      waiting.delete(resolve)
    },
    wakeFirst(): void {
      const [first] = waiting
      first?.()
    },
  }
}

function accepted(taken: Taken[]): Taken[] {
  return taken.filter(([, state]) => state.accepted)
}
