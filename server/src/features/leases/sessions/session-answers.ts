// The life of one session in the book: it begins, a held poll of it is answered, it ends.
import { LEASE_WAIT_MS, MAX_CHANGES_OF_ANSWER } from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { RecentChanges } from '../changes/recent-changes.ts'
import { leaseFor, type Clock, type Due, type Poller, type Session } from '../lease-session.ts'
import { changesFor, confirm } from './session-changes.ts'
import { hasRoomFor, isDistrusted, type SessionLimits } from './session-limits.ts'

/** The state of the book. */
export type SessionBook = {
  readonly sessions: Map<string, Session>
  readonly log: RecentChanges
  /** At least 128 random bits, as text. */
  readonly randomId: () => string
  readonly limits: SessionLimits
  /** No lease is granted any more. */
  isStopping: boolean
  /** No lease that this node grants may outlive this; undefined where one process grants alone. */
  grantsEnd: Clock | undefined
}

/**
 * Begins a session, without copies. It is behind what the log got since its token was read, so
 * that a token that changed meanwhile ends it.
 */
export function beginSession(
  book: SessionBook,
  { session }: LeasePoll,
  { tokenId, organizationIds, tokenEndsInMs, asOf }: Poller,
  mayGrant: boolean,
  counted: number | null,
  now: Clock,
): LeaseAnswer {
  const applied = Math.min(asOf, book.log.head())
  const holder = { tokenId, organizationIds, begunAtMs: now.monoMs }
  if (book.isStopping || book.log.since(applied) === undefined || !findRoomFor(book, holder, now))
    return noSession(book.log.head(), counted)
  const isGranted = mayGrant && !isDistrusted(holder, book.sessions, now)
  const leaseMs = isGranted ? leaseFor(now, tokenEndsInMs, book.grantsEnd, now) : 0
  const nonce = book.randomId()
  const begun: Session = {
    name: `les_${book.randomId()}`,
    ...holder,
    nonce,
    applied,
    told: applied,
    behindFrom: applied,
    behindSinceMs: now.monoMs,
    failedAtMs: -Infinity,
    untilMs: now.monoMs + (leaseMs > 0 ? LEASE_WAIT_MS : 0),
    isEnded: false,
    isToldToDrop: false,
    batch: 0,
    held: undefined,
  }
  confirm(begun, applied, book.log)
  book.sessions.set(begun.name, begun)
  const resync = session !== null
  return { session: begun.name, nonce, head: applied, leaseMs, changes: [], resync, counted }
}

/** The answer to a verifier that gets no session, and shall drop its copies. */
export function noSession(head: number, counted: number | null): LeaseAnswer {
  return { session: null, nonce: '', head, leaseMs: 0, changes: [], resync: true, counted }
}

/** Answers the poll that a session holds, with the changes that it has not applied. */
export function answerHeld(book: SessionBook, session: Session, now: Clock): Due {
  const { held } = session
  if (held === undefined) throw new Error('There is no poll to answer')
  const named = changesFor(session, book.log)
  if (named === undefined || named.length > MAX_CHANGES_OF_ANSWER) session.isEnded = true
  session.held = undefined
  session.nonce = book.randomId()
  session.told = book.log.head()
  session.isToldToDrop = session.isEnded
  const { name, nonce, told: head, isEnded } = session
  const isRenewed = held.mayRenew && !isEnded && !book.isStopping
  const leaseMs = isRenewed ? leaseFor(held.receivedAt, held.tokenEndsInMs, book.grantsEnd, now) : 0
  const changes = isEnded ? [] : (named ?? [])
  const { id, counted } = held
  return {
    id,
    answer: { session: name, nonce, head, leaseMs, changes, resync: isEnded, counted },
  }
}

/** Its verifier holds nothing any more. It is remembered, for a repetition of its last batch. */
export function endSession(session: Session, now: Clock): void {
  session.nonce = undefined
  session.untilMs = now.monoMs
  session.behindFrom = Infinity
}

function findRoomFor(
  book: SessionBook,
  holder: Pick<Poller, 'tokenId' | 'organizationIds'>,
  now: Clock,
): boolean {
  if (hasRoomFor(holder, book.sessions, book.limits)) return true
  forgetEnded(book, now.monoMs)
  return hasRoomFor(holder, book.sessions, book.limits)
}

/** Forgets sessions that hold no poll and whose leases ended before then. */
export function forgetEnded({ sessions }: SessionBook, endedBeforeMs: number): void {
  for (const { name, held, untilMs } of sessions.values())
    if (held === undefined && untilMs < endedBeforeMs) sessions.delete(name)
}
