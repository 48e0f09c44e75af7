// Lets the book of leases act: reads the log, keeps the time, answers polls, and holds up the
// answers to changes. One thread of a process does it; the others ask it.
import type { Logger } from 'pino'
import { HOLD_MS, LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { makeRandomId } from '../../crypto/ids.ts'
import { logNowAndThen } from '../../lib/log/log.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import { prepareHeadRead, readLog } from './changes/changes.store.ts'
import { awaitNodesOf } from './nodes/await-nodes.ts'
import { leaseNode } from './nodes/lease-node.ts'
import type { LogRead } from './changes/recent-changes.ts'
import { grantsFromMs } from './nodes/rolling-upgrade.ts'
import { openBook } from './lease-book.ts'
import type { Polled } from './sessions/take-poll.ts'
import { isMarked, mark, unmark } from './lease-mark.ts'
import type { Clock, Poller } from './lease-session.ts'
import type { Leases, OnGone, Through } from './leases.ts'
import { makeAlarm } from './alarm.ts'
import { heldPolls } from './held-polls.ts'
import { noSession } from './sessions/session-answers.ts'
import { hasOtherNodes, makeLeaseFlag, settling } from './settling.ts'
import { waitingChanges } from './waiting-changes.ts'

export type DeskOptions = {
  database: OpenDatabase
  metrics: Metrics
  log: Logger
  now(): string
  /** Counts what a poll brought. */
  count(brought: Polled['counts'], poller: Poller): Promise<void>
  /** One number, 1 while a lease may be running, for the threads of the process. */
  flag?: SharedArrayBuffer
}

export function clock(): Clock {
  return { monoMs: performance.now(), wallMs: Date.now() }
}

// Polls that were held long enough are answered together, a little later than each by itself.
const TOGETHER_MS = 20

function together(ms: number): number {
  return Math.ceil(ms / TOGETHER_MS) * TOGETHER_MS
}

/** Opens the leases of a process, which owns the database from before this on. */
export async function openDesk(options: DeskOptions): Promise<Leases> {
  const { database, metrics, log, now, count, flag = makeLeaseFlag() } = options
  const { db, committed } = database
  const readHead = prepareHeadRead(database)
  const wasMarked = await isMarked(committed)
  const quietUntilMs = wasMarked ? performance.now() + LEASE_WAIT_MS : -Infinity
  const isNode = hasOtherNodes(database)
  const head = await readHead()
  const book = openBook({ head, quietUntilMs, isNode, randomId: makeRandomId })
  const out = new Int32Array(flag)
  const noteUncounted = logNowAndThen(log, 'warn', 'uses that a verifier counted were lost')
  Atomics.store(out, 0, wasMarked ? 1 : 0)
  let marked = wasMarked ? Promise.resolve() : undefined
  let pollCount = 0
  let pollsArriving = 0
  const held = heldPolls(book, metrics)
  const waiting = waitingChanges(book, metrics, clock)
  const alarm = makeAlarm(() => void tick())
  const place = isNode ? placeAmongNodes() : undefined
  const grantsFrom = isNode ? await grantsFromMs(committed) : -Infinity

  /** Brings the book up to what is committed now, or back to it if the database has lost a part. */
  async function catchUp(): Promise<void> {
    held.answer(book.changes(await readNews(await readHead()), clock()))
  }

  async function readNews(upTo: number): Promise<LogRead> {
    const after = book.head()
    return upTo === after ? { after, entries: [], head: after } : readLog(committed, after)
  }

  function placeAmongNodes() {
    const node = leaseNode({
      db,
      log,
      clock,
      confirmed: () => book.confirmed(clock()),
      async beaten(sentAt, upTo) {
        held.answer(book.beat(sentAt, await readNews(upTo), clock()))
        review()
      },
      isIdle: () => pollsArriving === 0 && book.lastLeaseEndsMs() <= performance.now(),
    })
    return { ...node, awaitOthers: awaitNodesOf(db, node.name) }
  }

  /** Answers the changes that no copy stands against any more. */
  function review(): void {
    alarm.setFor(waiting.review())
  }

  async function tick(): Promise<void> {
    try {
      // A node reads the log with each beat, and grants nothing beyond that.
      if (!place) await catchUp()
      held.answer(book.tick(clock()))
    } catch (error) {
      held.failAll(error)
    }
    review()
    const nextMs = book.nextTickMs()
    if (nextMs !== undefined) alarm.setFor(together(nextMs))
    lowerFlag()
  }

  function lowerFlag(): void {
    if (pollsArriving === 0 && book.lastLeaseEndsMs() <= performance.now()) Atomics.store(out, 0, 0)
  }

  async function prepareToGrant(): Promise<void> {
    marked ??= mark(db, now())
    await marked.catch((error: unknown) => {
      marked = undefined
      throw error
    })
    // A change that is answered without regard to this poll, because it saw no lease, was committed
    // before this; so the log that is read now has it.
    Atomics.store(out, 0, 1)
    await catchUp()
  }

  async function poll(asked: LeasePoll, poller: Poller, onGone: OnGone): Promise<LeaseAnswer> {
    if (Date.now() < grantsFrom) return named(noSession(book.head(), null), asked)
    const reply = Promise.withResolvers<LeaseAnswer>()
    const counting = await takePoll(asked, poller, onGone, reply)
    const answer = await reply.promise
    // The verifier's next poll comes after that, so no more than one of its batches is being counted.
    await counting.done
    return named(answer, asked)
  }

  /** @returns the counting of what the poll brought; its answer may come later */
  async function takePoll(
    asked: LeasePoll,
    poller: Poller,
    onGone: OnGone,
    reply: PromiseWithResolvers<LeaseAnswer>,
  ): Promise<{ done: Promise<void> }> {
    const id = pollCount++
    pollsArriving++
    try {
      await (place ? place.join() : prepareToGrant())
      held.add(id, reply, onGone)
      const { counts, due } = book.poll(id, asked, poller, clock())
      const done = count(counts, poller).catch((error: unknown) => noteUncounted(error))
      held.answer(due)
      return { done }
    } finally {
      pollsArriving--
      if (!waiting.isEmpty()) review()
      if (!held.isEmpty()) alarm.setFor(together(performance.now() + HOLD_MS))
    }
  }

  async function settleThrough(through: Through): Promise<void> {
    const { seq, organizationIds } = through
    await Promise.all([settleHere(through), place?.awaitOthers(seq, organizationIds)])
  }

  async function settleHere({ seq, organizationIds }: Through): Promise<void> {
    if (book.head() !== seq) await catchUp()
    const confirmed = book.confirmedThrough(seq, organizationIds, clock())
    if (confirmed === true) return lowerFlag()
    alarm.setFor(confirmed)
    return waiting.add({ seq, organizationIds }, confirmed)
  }

  return {
    poll,
    settleThrough,
    settle: settling(database, flag, settleThrough),
    stop: () => held.answer(book.stop(clock())),
    async close() {
      alarm.clear()
      await place?.leave()
      if (marked !== undefined && book.lastLeaseEndsMs() <= performance.now()) await unmark(db)
    },
    running: () => book.running(clock()),
  }
}

/** So that the verifier takes it for the answer to no other poll, whatever a proxy in between does. */
function named(answer: LeaseAnswer, { poll }: LeasePoll): LeaseAnswer {
  return poll === undefined ? answer : { ...answer, poll }
}
