// The service's side of leases, without I/O: who holds one, what each verifier was told and has
// applied, and so when a change may be answered. `shared/client/lease-holder.ts` is the other side.
import {
  HOLD_MS,
  LEASE_MS,
  LEASE_WAIT_MS,
  MAX_CHANGES_OF_ANSWER,
  MAX_ROWS_OF_POLL,
} from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { confirmedBy, unconfirmedUntilMs, type Confirmed } from './confirmations.ts'
import {
  isLate,
  leaseFor,
  type Clock,
  type Due,
  type Poller,
  type Session,
} from './lease-session.ts'
import { recentChanges, type LogRead } from './changes/recent-changes.ts'
import { changesFor, confirm, fallBehind } from './session-changes.ts'
import {
  hasRoomFor,
  isDistrusted,
  REMEMBERED_MS,
  sessionLimits,
  type SessionLimits,
} from './session-limits.ts'

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
  /** What is new in the log. A gap ends all sessions. */
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
  /** What the sessions have confirmed, for the row of this node. */
  confirmed(now: Clock): Confirmed
  /** Grants no lease from now on, and answers the polls. */
  stop(now: Clock): Due[]
  /** When the last lease has certainly run out, by the monotonic clock. */
  lastLeaseEndsMs(): number
  head(): number
  /** How many leases may be running. */
  running(now: Clock): number
}

export type Polled = {
  /** The poll's `uses` and `unused`, unless they were counted before or are not this session's. */
  counts: Pick<LeasePoll, 'uses' | 'unused'>
  due: Due[]
}

/** Opens the book of one process, or of one node. */
export function openBook(options: BookOptions): LeaseBook {
  const { randomId, quietUntilMs = -Infinity, isNode = false, limits = sessionLimits } = options
  const sessions = new Map<string, Session>()
  const log = recentChanges(options.head)
  let isStopping = false
  /** No lease that this node grants may outlive this. */
  let grantsEnd: Clock | undefined = isNode ? { monoMs: -Infinity, wallMs: -Infinity } : undefined

  function poll(id: number, asked: LeasePoll, poller: Poller, now: Clock): Polled {
    const named = asked.session === null ? undefined : sessions.get(asked.session)
    const known = named?.tokenId === poller.tokenId ? named : undefined
    // A batch counts under the session that it names, even where the nonce is wrong: so a verifier
    // whose answer was lost sends it again, and learns what became of it.
    const isNew = known !== undefined && asked.batch > known.batch
    if (isNew) known.batch = asked.batch
    const counted = known?.batch ?? null

    const isHolder =
      known !== undefined && known.nonce === asked.nonce && asked.applied <= known.told
    // A clone holds the slices of the first process too, so only the holder gives any back.
    const counts = {
      uses: isNew ? asked.uses : [],
      unused: isNew && isHolder ? asked.unused : [],
    }
    if (asked.bye) {
      if (isHolder) end(known, now)
      return { counts, due: [{ id, answer: noSession(counted) }] }
    }
    if (!isHolder || known.isToldToDrop) {
      const hasDropped = isHolder && asked.applied >= known.told
      if (hasDropped) end(known, now)
      // With a wrong nonce this may be a repetition that nobody reads the answer of. It gets no
      // lease, so that no change waits for it.
      const mayGrant = asked.session === null || hasDropped
      return { counts, due: [{ id, answer: begin(asked, poller, mayGrant, counted, now) }] }
    }

    const { behindFrom, behindSinceMs, untilMs } = known
    if (behindFrom !== Infinity && behindSinceMs < untilMs && untilMs <= now.monoMs)
      known.failedAtMs = now.monoMs
    confirm(known, asked.applied, log)
    // A change that is known for long has waited for this poll; no lease makes it wait again.
    const isTrusted = !isLate(known, now) && !isDistrusted(known, sessions, now)
    const mayRenew = asked.applied >= known.told && isTrusted && !isStopping
    if (mayRenew) known.untilMs = now.monoMs + LEASE_WAIT_MS
    known.nonce = undefined
    const { tokenEndsInMs } = poller
    const answerAtMs = now.monoMs + HOLD_MS
    known.held = { id, receivedAt: now, tokenEndsInMs, mayRenew, answerAtMs, counted }
    const isFull = Math.max(asked.uses.length, asked.unused.length) >= MAX_ROWS_OF_POLL
    const isDue = !mayRenew || isFull || known.behindFrom !== Infinity
    return { counts, due: isDue ? [answerHeld(known, now)] : [] }
  }

  /**
   * Begins a session, without copies. It is behind what the log got since its token was read, so
   * that a token that changed meanwhile ends it.
   */
  function begin(
    { session }: LeasePoll,
    { tokenId, organizationIds, tokenEndsInMs, asOf }: Poller,
    mayGrant: boolean,
    counted: number | null,
    now: Clock,
  ): LeaseAnswer {
    const applied = Math.min(asOf, log.head())
    const holder = { tokenId, organizationIds, begunAtMs: now.monoMs }
    if (isStopping || log.since(applied) === undefined || !findRoomFor(holder, now))
      return noSession(counted)
    const isGranted = mayGrant && !isDistrusted(holder, sessions, now)
    const leaseMs = isGranted ? leaseFor(now, tokenEndsInMs, grantsEnd, now) : 0
    const nonce = randomId()
    const begun: Session = {
      name: `les_${randomId()}`,
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
    confirm(begun, applied, log)
    sessions.set(begun.name, begun)
    const resync = session !== null
    return { session: begun.name, nonce, head: applied, leaseMs, changes: [], resync, counted }
  }

  function noSession(counted: number | null): LeaseAnswer {
    const head = log.head()
    return { session: null, nonce: '', head, leaseMs: 0, changes: [], resync: true, counted }
  }

  /** Its verifier holds nothing any more. It is remembered, for a repetition of its last batch. */
  function end(session: Session, now: Clock): void {
    session.nonce = undefined
    session.untilMs = now.monoMs
    session.behindFrom = Infinity
  }

  function answerHeld(session: Session, now: Clock): Due {
    const { held } = session
    if (held === undefined) throw new Error('There is no poll to answer')
    const named = changesFor(session, log)
    if (named === undefined || named.length > MAX_CHANGES_OF_ANSWER) session.isEnded = true
    session.held = undefined
    session.nonce = randomId()
    session.told = log.head()
    session.isToldToDrop = session.isEnded
    const { name, nonce, told: head, isEnded } = session
    const isRenewed = held.mayRenew && !isEnded && !isStopping
    const leaseMs = isRenewed ? leaseFor(held.receivedAt, held.tokenEndsInMs, grantsEnd, now) : 0
    const changes = isEnded ? [] : (named ?? [])
    const { id, counted } = held
    return {
      id,
      answer: { session: name, nonce, head, leaseMs, changes, resync: isEnded, counted },
    }
  }

  function findRoomFor(holder: Pick<Poller, 'tokenId' | 'organizationIds'>, now: Clock): boolean {
    if (hasRoomFor(holder, sessions, limits)) return true
    forget(now.monoMs)
    return hasRoomFor(holder, sessions, limits)
  }

  /** Forgets sessions that hold no poll and whose leases ended before then. */
  function forget(endedBeforeMs: number): void {
    for (const { name, held, untilMs } of sessions.values())
      if (held === undefined && untilMs < endedBeforeMs) sessions.delete(name)
  }

  function takeChanges(read: LogRead, now: Clock): Due[] {
    const firstNew = log.head() + 1
    const { news, isGap } = log.add(read, now.monoMs)
    const due: Due[] = []
    for (const session of sessions.values()) {
      if (!fallBehind(session, news, isGap, firstNew, now.monoMs)) continue
      if (session.held) due.push(answerHeld(session, now))
    }
    return due
  }

  return {
    poll,
    gone(id) {
      for (const session of sessions.values()) if (session.held?.id === id) session.held = undefined
    },
    changes: takeChanges,
    beat(sentAt, read, now) {
      const due = takeChanges(read, now)
      grantsEnd = { monoMs: sentAt.monoMs + LEASE_MS, wallMs: sentAt.wallMs + LEASE_MS }
      return due
    },
    tick(now) {
      forget(now.monoMs - REMEMBERED_MS)
      return [...sessions.values()]
        .filter(({ held }) => held !== undefined && held.answerAtMs <= now.monoMs)
        .map((session) => answerHeld(session, now))
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
      isStopping = true
      const held = [...sessions.values()].filter((session) => session.held !== undefined)
      return held.map((session) => answerHeld(session, now))
    },
    lastLeaseEndsMs() {
      return Math.max(quietUntilMs, ...[...sessions.values()].map(({ untilMs }) => untilMs))
    },
    head: () => log.head(),
    running: (now) => [...sessions.values()].filter(({ untilMs }) => untilMs > now.monoMs).length,
  }
}
