import { CLOCK_MARGIN, HOLD_MS, LEASE_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer } from '@zentrix/shared/verification/leases.ts'

/** Both clocks of a process: one of them jumps where the other stood still. */
export type Clock = { monoMs: number; wallMs: number }

/**
 * A change in the log. A token's entry is written for every change of what it may ask about, also
 * for a wider one: sessions hear only of the organizations they began with.
 */
export type LogEntry =
  | { seq: number; organizationId: string; keyId: string }
  | { seq: number; tokenId: string; hasOtherOrganizations: boolean }

/** The service token that a poll came with, as the database has it now. */
export type Poller = {
  tokenId: string
  /** Null means all. */
  organizationIds: readonly string[] | null
  /** Until the token expires; null for one that does not. */
  tokenEndsInMs: number | null
  /** The log's head in the snapshot that the token was read in. */
  asOf: number
}

/** An answer, and the poll that it is for. */
export type Due = { id: number; answer: LeaseAnswer }

/** A poll that waits for a change. */
export type HeldPoll = {
  id: number
  receivedAt: Clock
  tokenEndsInMs: number | null
  /** False for a poll that did not confirm all it was told: it gets no lease. */
  mayRenew: boolean
  /** By the monotonic clock. */
  answerAtMs: number
  counted: number | null
}

export type Session = {
  name: string
  tokenId: string
  /** Those it may hold copies of; null, for all, also once its token may ask about others. */
  organizationIds: readonly string[] | null
  /** By the monotonic clock. */
  begunAtMs: number
  /** The next poll must bear it; undefined while a poll is held. */
  nonce: string | undefined
  /** All changes up to this one are applied, as the last poll said. */
  applied: number
  /** The last answer went this far. */
  told: number
  /** The lowest change that concerns this session and is not applied; Infinity without one. */
  behindFrom: number
  /** Since when we know that change. */
  behindSinceMs: number
  /** When it confirmed a change at last that had waited for its lease to run out. */
  failedAtMs: number
  /** Its lease may run until then, by our monotonic clock. */
  untilMs: number
  /** It is to drop all copies: its token changed, or the changes it missed are no longer known. */
  isEnded: boolean
  /** The last answer told it so. */
  isToldToDrop: boolean
  /** The last batch that was counted. */
  batch: number
  held: HeldPoll | undefined
}

/** Whether a session may hold copies of these organizations' keys; null means all organizations. */
export function mayHoldKeysOf(
  session: Session,
  organizationIds: readonly string[] | null,
): boolean {
  if (session.organizationIds === null || organizationIds === null) return true
  return organizationIds.some((id) => session.organizationIds?.includes(id))
}

/** Whether a session has not confirmed a change though it had the time for it. */
export function isLate({ behindFrom, behindSinceMs }: Session, now: Clock): boolean {
  return behindFrom !== Infinity && now.monoMs - behindSinceMs > HOLD_MS
}

/** Whether a change concerns the copies that a session may hold. */
export function concerns(session: Session, entry: LogEntry): boolean {
  if ('tokenId' in entry) return entry.tokenId === session.tokenId
  return session.organizationIds?.includes(entry.organizationId) ?? true
}

/**
 * Ends the session if one of these changes was to its token: it begins again with what the token may
 * ask about now. Until then it may have copies of other organizations already.
 */
export function endByToken(session: Session, entries: readonly LogEntry[]): void {
  for (const entry of entries) {
    if (!('tokenId' in entry) || entry.tokenId !== session.tokenId) continue
    session.isEnded = true
    if (entry.hasOtherOrganizations) session.organizationIds = null
  }
}

/** Ends the session because changes are not known that may concern it. */
export function endByGap(session: Session): void {
  session.isEnded = true
  session.organizationIds = null
}

/**
 * The length of the lease for a poll that was received then: it ends with the token, and within the
 * time that a node may grant, by both clocks.
 *
 * @param grantsEnd undefined where one process alone grants leases
 */
export function leaseFor(
  receivedAt: Clock,
  tokenEndsInMs: number | null,
  grantsEnd: Clock | undefined,
  now: Clock,
): number {
  const ends = [LEASE_MS, (tokenEndsInMs ?? Infinity) / CLOCK_MARGIN]
  if (grantsEnd !== undefined) {
    if (now.monoMs >= grantsEnd.monoMs || now.wallMs >= grantsEnd.wallMs) return 0
    ends.push(grantsEnd.monoMs - receivedAt.monoMs, grantsEnd.wallMs - receivedAt.wallMs)
  }
  return Math.max(0, Math.floor(Math.min(...ends)))
}
