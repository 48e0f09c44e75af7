import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import type { Poller } from './lease-session.ts'
import type { Leases, Through } from './leases.ts'
import { settling } from './settling.ts'

/** A worker's requests to the thread that keeps the leases of the process. */
export type LeaseCalls = {
  pollLease(question: { id: string; asked: LeasePoll; poller: Poller }): Promise<LeaseAnswer>
  leavePoll(id: string): void
  settleThrough(through: Through): Promise<void>
}

type Desk = {
  [Name in keyof LeaseCalls]: (
    argument: Parameters<LeaseCalls[Name]>[0],
  ) => Promise<Awaited<ReturnType<LeaseCalls[Name]>>>
}

/** Leases as a worker sees them, which another thread of the process keeps. */
export function leasesOfWorker(
  number: number,
  desk: Desk,
  flag: SharedArrayBuffer,
  database: OpenDatabase,
): Leases {
  let pollCount = 0
  return {
    poll(asked, poller, onGone) {
      const id = `${number}/${pollCount++}`
      let isHeld = true
      onGone(() => {
        if (isHeld) void desk.leavePoll(id)
      })
      return desk.pollLease({ id, asked, poller }).finally(() => (isHeld = false))
    },
    settle: settling(database, flag, desk.settleThrough),
    settleThrough: desk.settleThrough,
    stop: () => undefined,
    close: async () => undefined,
    running: () => 0,
  }
}

/** The other end, for all workers. */
export function leaseCallsOf(leases: Leases): LeaseCalls {
  const leaving = new Map<string, () => void>()
  return {
    async pollLease({ id, asked, poller }) {
      try {
        return await leases.poll(asked, poller, (leave) => leaving.set(id, leave))
      } finally {
        leaving.delete(id)
      }
    },
    leavePoll: (id) => leaving.get(id)?.(),
    settleThrough: (through) => leases.settleThrough(through),
  }
}
