import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { Poller } from './lease-session.ts'

/** Takes what is to be done when the connection of a request closes. */
export type OnGone = (leave: () => void) => void

/** The leases of a deployment, as a thread of the service or a command sees them. */
export type Leases = {
  /**
   * Answers a verifier's poll when there is a change, or after `HOLD_MS`.
   *
   * @param onGone says what to do when the connection closes
   */
  poll(asked: LeasePoll, poller: Poller, onGone: OnGone): Promise<LeaseAnswer>
  /**
   * Resolves when no verifier trusts a copy from before the changes that are committed now. Nothing
   * is waited for where nobody has a lease.
   */
  settle(): Promise<void>
  /** The same for a thread that has read the head of the log itself. */
  settleThrough(seq: number): Promise<void>
  /** Answers the polls that are held, and grants nothing any more. */
  stop(): void
  /** Resolves when the database says whether leases may still run. */
  close(): Promise<void>
  /** How many leases may be running. */
  running(): number
}
