import {
  HOLD_MS,
  LEASE_WAIT_MS,
  MAX_ROWS_OF_POLL,
} from '@zentrix/shared/verification/lease-times.ts'
import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { isLate, type Clock, type Due, type Poller } from '../lease-session.ts'
import {
  answerHeld,
  beginSession,
  endSession,
  noSession,
  type SessionBook,
} from './session-answers.ts'
import { confirm } from './session-changes.ts'
import { isDistrusted } from './session-limits.ts'

export type Polled = {
  /** The poll's `uses` and `unused`, unless they were counted before or are not this session's. */
  counts: Pick<LeasePoll, 'uses' | 'unused'>
  due: Due[]
}

/** Takes a poll that came with a good token; see `LeaseBook.poll`. */
export function takePoll(
  book: SessionBook,
  id: number,
  asked: LeasePoll,
  poller: Poller,
  now: Clock,
): Polled {
  const named = asked.session === null ? undefined : book.sessions.get(asked.session)
  const known = named?.tokenId === poller.tokenId ? named : undefined
  // A batch counts under the session that it names, even where the nonce is wrong: so a verifier
  // whose answer was lost sends it again, and learns what became of it.
  const isNew = known !== undefined && asked.batch > known.batch
  if (isNew) known.batch = asked.batch
  const counted = known?.batch ?? null

  const isHolder = known !== undefined && known.nonce === asked.nonce && asked.applied <= known.told
  // A clone holds the slices of the first process too, so only the holder gives any back.
  const counts = {
    uses: isNew ? asked.uses : [],
    unused: isNew && isHolder ? asked.unused : [],
  }
  if (asked.bye) {
    if (isHolder) endSession(known, now)
    return { counts, due: [{ id, answer: noSession(book.log.head(), counted) }] }
  }
  if (!isHolder || known.isToldToDrop) {
    const hasDropped = isHolder && asked.applied >= known.told
    if (hasDropped) endSession(known, now)
    // With a wrong nonce this may be a repetition that nobody reads the answer of. It gets no
    // lease, so that no change waits for it.
    const mayGrant = asked.session === null || hasDropped
    return {
      counts,
      due: [{ id, answer: beginSession(book, asked, poller, mayGrant, counted, now) }],
    }
  }

  const { behindFrom, behindSinceMs, untilMs } = known
  if (behindFrom !== Infinity && behindSinceMs < untilMs && untilMs <= now.monoMs)
    known.failedAtMs = now.monoMs
  confirm(known, asked.applied, book.log)
  // A change that is known for long has waited for this poll; no lease makes it wait again.
  const isTrusted = !isLate(known, now) && !isDistrusted(known, book.sessions, now)
  const mayRenew = asked.applied >= known.told && isTrusted && !book.isStopping
  if (mayRenew) known.untilMs = now.monoMs + LEASE_WAIT_MS
  known.nonce = undefined
  const { tokenEndsInMs } = poller
  const answerAtMs = now.monoMs + HOLD_MS
  known.held = { id, receivedAt: now, tokenEndsInMs, mayRenew, answerAtMs, counted }
  const isFull = Math.max(asked.uses.length, asked.unused.length) >= MAX_ROWS_OF_POLL
  const isDue = !mayRenew || isFull || known.behindFrom !== Infinity
  return { counts, due: isDue ? [answerHeld(book, known, now)] : [] }
}
