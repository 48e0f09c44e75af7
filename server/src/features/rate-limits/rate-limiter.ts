const MINUTE_MS = 60_000

/** What is left of a budget; `resetAt` is the start of the next clock minute, in epoch ms. */
export type BudgetState = { accepted: boolean; limit: number; remaining: number; resetAtMs: number }

/** Counts per clock minute. Never more than `limit` is taken in one, however many ask at once. */
export type RateLimiter = {
  /** Takes `cost` if it fits, and says what is left; a cost of 0 only looks. */
  take(name: string, limit: number, cost: number, nowMs: number): BudgetState
  /** Gives back what `take` took, unless the minute it was taken from is over. */
  giveBack(name: string, cost: number, resetAtMs: number): void
}

/** Budgets in memory, those of the current minute alone, so that nothing is left to clean up. */
export function memoryRateLimiter(): RateLimiter {
  let minute = 0
  let taken = new Map<string, number>()

  function enterMinute(nowMs: number): void {
    const current = Math.floor(nowMs / MINUTE_MS)
    if (current <= minute) return // a clock that steps back must not open a second budget
    minute = current
    taken = new Map()
  }

  return {
    take(name, limit, cost, nowMs) {
      enterMinute(nowMs)
      const before = taken.get(name) ?? 0
      const accepted = cost === 0 ? before < limit : before + cost <= limit
      const after = accepted ? before + cost : before
      if (accepted && cost > 0) taken.set(name, after)
      return {
        accepted,
        limit,
        remaining: Math.max(0, limit - after),
        resetAtMs: (minute + 1) * MINUTE_MS,
      }
    },
    giveBack(name, cost, resetAtMs) {
      if (resetAtMs !== (minute + 1) * MINUTE_MS) return
      taken.set(name, Math.max(0, (taken.get(name) ?? 0) - cost))
    },
  }
}
