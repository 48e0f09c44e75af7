// The service's side of leases, without I/O: who holds one, what each verifier was told and has
// applied, and so when a change may be answered. `shared/client/lease-holder.ts` is the other side.
import { LEASE_MS, LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { confirmedBy, unconfirmedUntilMs, type Confirmed } from './confirmations.ts'
import type { Clock, Due, Poller, Session } from './lease-session.ts'
import { recentChanges, type LogRead } from './changes/recent-changes.ts'
import { answerHeld, forgetEnded, type SessionBook } from './sessions/session-answers.ts'
import { fallBehind } from './sessions/session-changes.ts'
import { REMEMBERED_MS, sessionLimits, type SessionLimits } from './sessions/session-limits.ts'
import { takePoll, type Polled } from './sessions/take-poll.ts'

export type BookOptions = {
  /** The last change in the log, read after the process began to own the database. */
  head: number
  /** Leases of a process or thread before this one may run until then, by the monotonic clock. */
  quietUntilMs?: number
  /** One of several nodes: grants nothing but within `beat`. */
  isNode?: boolean
  /** At least 128 random bits, as text. */
  randomId: () => string
  limits?: SessionLimits
}

export type LeaseBook = {
  /**
   * Takes a poll that came with a good token.
   *
   * @param id names the poll in `Due`; never used twice
   * @returns what is to be counted, and the answers that are due. Its own may come later, from
   *   `changes`, `tick` or `stop`
   */
  poll(id: number, asked: LeasePoll, poller: Poller, now: Clock): Polled
  /** A poll whose connection was closed; its session runs on. */
  gone(id: number): void
  /**
   * New entries of the log. A gap ends all sessions; where the log went back, no change is answered
   * before all leases have run out.
   */
  changes(read: LogRead, now: Clock): Due[]
  /** For a node: a beat that came through. The log was read in the same round trip, behind it. */
  beat(sentAt: Clock, read: LogRead, now: Clock): Due[]
  /** Answers polls that were held long enough, and forgets sessions; call at `nextTickMs`. */
  tick(now: Clock): Due[]
  /** By the monotonic clock; undefined while no poll is held. */
  nextTickMs(): number | undefined
  /**
   * Whether no verifier trusts a copy of these organizations' keys from before this change any more;
   * else the monotonic time at which that may be asked again, unless a poll comes earlier.
   *
   * @param organizationIds null means all: also what the change of a token of the platform needs
   */
  confirmedThrough(
    seq: number,
    organizationIds: readonly string[] | null,
    now: Clock,
  ): true | number
  /** The changes that the sessions have confirmed, for the row of this node. */
  confirmed(now: Clock): Confirmed
  /** Grants no lease from now on, and answers the polls. */
  stop(now: Clock): Due[]
  /** When the last lease has certainly run out, by the monotonic clock. */
  lastLeaseEndsMs(): number
  head(): number
  /** How many leases may be running. */
  running(now: Clock): number
}

/** Opens the book of one process, or of one node. */
export function openBook(options: BookOptions): LeaseBook {
  const { randomId, isNode = false, limits = sessionLimits } = options
  let { quietUntilMs = -Infinity } = options
  const sessions = new Map<string, Session>()
  const log = recentChanges(options.head)
  const grantsEnd = isNode ? { monoMs: -Infinity, wallMs: -Infinity } : undefined
  const book: SessionBook = { sessions, log, randomId, limits, isStopping: false, grantsEnd }

  function takeChanges(read: LogRead, now: Clock): Due[] {
    const firstNew = log.head() + 1
    const { entries, isGap, wentBack } = log.add(read, now.monoMs)
    // As after a start: numbers that verifiers have confirmed are given to other changes now.
    if (wentBack) quietUntilMs = now.monoMs + LEASE_WAIT_MS
    const due: Due[] = []
    for (const session of sessions.values()) {
      if (!fallBehind(session, entries, isGap, firstNew, now.monoMs)) continue
      if (session.held) due.push(answerHeld(book, session, now))
    }
    return due
  }

  return {
    poll: (id, asked, poller, now) => takePoll(book, id, asked, poller, now),
    gone(id) {
      for (const session of sessions.values()) if (session.held?.id === id) session.held = undefined
    },
    changes: takeChanges,
    beat(sentAt, read, now) {
      const due = takeChanges(read, now)
      book.grantsEnd = { monoMs: sentAt.monoMs + LEASE_MS, wallMs: sentAt.wallMs + LEASE_MS }
      return due
    },
    tick(now) {
      forgetEnded(book, now.monoMs - REMEMBERED_MS)
      return [...sessions.values()]
        .filter(({ held }) => held !== undefined && held.answerAtMs <= now.monoMs)
        .map((session) => answerHeld(book, session, now))
    },
    nextTickMs() {
      let next = Infinity
      for (const { held } of sessions.values()) next = Math.min(next, held?.answerAtMs ?? next)
      return next === Infinity ? undefined : next
    },
    confirmedThrough(seq, organizationIds, now) {
      const quietMs = quietUntilMs > now.monoMs ? quietUntilMs : -Infinity
      const known = sessions.values()
      const unconfirmedMs = unconfirmedUntilMs(known, seq, organizationIds, log.head(), now)
      const certainMs = Math.max(quietMs, unconfirmedMs)
      return certainMs === -Infinity ? true : certainMs
    },
    confirmed: (now) =>
      quietUntilMs > now.monoMs
        ? { confirmed: 0, behind: null }
        : confirmedBy(sessions.values(), log.head(), now),
    stop(now) {
      book.isStopping = true
      const held = [...sessions.values()].filter((session) => session.held !== undefined)
      return held.map((session) => answerHeld(book, session, now))
    },
    lastLeaseEndsMs() {
      return Math.max(quietUntilMs, ...[...sessions.values()].map(({ untilMs }) => untilMs))
    },
    head: () => log.head(),
    running: (now) => [...sessions.values()].filter(({ untilMs }) => untilMs > now.monoMs).length,
  }
}
