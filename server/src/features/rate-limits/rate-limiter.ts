const MINUTE_MS = 60_000

/** What is left of a budget; `resetAtMs` is the start of the next clock minute, in epoch ms. */
export type BudgetState = { accepted: boolean; limit: number; remaining: number; resetAtMs: number }

/** Whose budget it is: a key by its number, anything else by a name. */
export type BudgetName = number | string

/** Counts per clock minute. Never more than `limit` is taken in one, however many ask at once. */
export type RateLimiter = {
  /** Takes `cost` if it fits, and says what is left; a cost of 0 only looks. */
  take(name: BudgetName, limit: number, cost: number, nowMs: number): BudgetState
  /** Gives back what `take` took, unless the minute it was taken from is over. */
  giveBack(name: BudgetName, cost: number, resetAtMs: number): void
}

/** What was taken in a minute. */
type Counts<Name> = {
  get(name: Name, minute: number): number
  set(name: Name, minute: number, count: number): void
}

/** Budgets in memory, those of the current minute alone, so that nothing is left to clean up. */
export function memoryRateLimiter(): RateLimiter {
  const byNumber = countsByNumber()
  const byName = countsByName()
  let minute = 0

  function get(name: BudgetName): number {
    return typeof name === 'number' ? byNumber.get(name, minute) : byName.get(name, minute)
  }

  function set(name: BudgetName, count: number): void {
    if (typeof name === 'number') byNumber.set(name, minute, count)
    else byName.set(name, minute, count)
  }

  return {
    take(name, limit, cost, nowMs) {
      // A clock that steps back must not open a second budget.
      minute = Math.max(minute, Math.floor(nowMs / MINUTE_MS))
      const before = get(name)
      const accepted = cost === 0 ? before < limit : before + cost <= limit
      const after = accepted ? before + cost : before
      if (accepted && cost > 0) set(name, after)
      return {
        accepted,
        limit,
        remaining: Math.max(0, limit - after),
        resetAtMs: (minute + 1) * MINUTE_MS,
      }
    },
    giveBack(name, cost, resetAtMs) {
      if (resetAtMs === (minute + 1) * MINUTE_MS) set(name, Math.max(0, get(name) - cost))
    },
  }
}

const PAGE_SIZE = 4096

/**
 * Counts of keys. Numbers are given out in order, so pages of them are dense: eight bytes for a
 * key that is used, no hashing, nothing that grows in one go, and nothing for the collector.
 */
function countsByNumber(): Counts<number> {
  // Of each key the minute and the count; a count of another minute is none.
  const pages = new Map<number, Int32Array>()
  return {
    get(number, minute) {
      const page = pages.get(Math.floor(number / PAGE_SIZE))
      const at = (number % PAGE_SIZE) * 2
      return page?.[at] === minute ? page[at + 1]! : 0
    },
    set(number, minute, count) {
      const pageNumber = Math.floor(number / PAGE_SIZE)
      let page = pages.get(pageNumber)
      if (page === undefined) pages.set(pageNumber, (page = new Int32Array(PAGE_SIZE * 2)))
      const at = (number % PAGE_SIZE) * 2
      page[at] = minute
      page[at + 1] = count
    },
  }
}

/** Counts of addresses and accounts, of which a minute brings few. */
function countsByName(): Counts<string> {
  let current = 0
  let counts = new Map<string, number>()
  return {
    get: (name, minute) => (minute === current ? (counts.get(name) ?? 0) : 0),
    set(name, minute, count) {
      if (minute !== current) {
        current = minute
        counts = new Map()
      }
      counts.set(name, count)
    },
  }
}
