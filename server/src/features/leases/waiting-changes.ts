import type { Metrics } from '../../lib/metrics.ts'
import type { LeaseBook } from './lease-book.ts'
import type { Clock } from './lease-session.ts'
import type { Through } from './leases.ts'

type Waiting = Through & {
  sinceMs: number
  certainMs: number
  reply: PromiseWithResolvers<void>
}

/** Changes whose answers wait until no verifier trusts an older copy. */
export type WaitingChanges = {
  isEmpty(): boolean
  /** Resolves when the change may be answered. @param certainMs the lease that it waits for ends then */
  add(through: Through, certainMs: number): Promise<void>
  /** Answers those that no copy stands against any more. @returns when to look again, or Infinity */
  review(): number
}

export function waitingChanges(
  book: LeaseBook,
  { leases }: Metrics,
  clock: () => Clock,
): WaitingChanges {
  let waiting: Waiting[] = []

  return {
    isEmpty: () => waiting.length === 0,
    add(through, certainMs) {
      const reply = Promise.withResolvers<void>()
      waiting.push({ ...through, sinceMs: performance.now(), certainMs, reply })
      return reply.promise
    },
    review() {
      const nowMs = performance.now()
      waiting = waiting.filter((one) => {
        const confirmed = book.confirmedThrough(one.seq, one.organizationIds, clock())
        if (confirmed !== true) {
          one.certainMs = confirmed
          return true
        }
        const seconds = (nowMs - one.sinceMs) / 1000
        leases.longestWaitSeconds = Math.max(leases.longestWaitSeconds, seconds)
        if (nowMs >= one.certainMs) leases.ranOut++
        one.reply.resolve()
        return false
      })
      return Math.min(Infinity, ...waiting.map(({ certainMs }) => certainMs))
    },
  }
}
