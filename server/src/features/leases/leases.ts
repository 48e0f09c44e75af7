import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { Poller } from './lease-session.ts'

/** Takes what is to be done when the connection of a request closes. */
export type OnGone = (leave: () => void) => void

/** The changes up to this one, to keys of these organizations; null means all. */
export type Through = { seq: number; organizationIds: readonly string[] | null }

/** The leases of a deployment, as a thread of the service or a command sees them. */
export type Leases = {
  /**
   * Answers a verifier's poll when there is a change, or after `HOLD_MS`.
   *
   * @param onGone says what to do when the connection closes
   */
  poll(asked: LeasePoll, poller: Poller, onGone: OnGone): Promise<LeaseAnswer>
  /**
   * Resolves when no verifier trusts a copy of these organizations' keys from before the changes that
   * are committed now. Nothing is waited for where nobody has a lease.
   *
   * @param organizationIds null means all
   */
  settle(organizationIds: readonly string[] | null): Promise<void>
  /** The same for a thread that has read the head of the log itself. */
  settleThrough(through: Through): Promise<void>
  /** Answers the polls that are held, and grants nothing any more. */
  stop(): void
  /** Resolves when the database says whether leases may still run. */
  close(): Promise<void>
  /** How many leases may be running. */
  running(): number
}
