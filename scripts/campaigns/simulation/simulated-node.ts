import type { KeyCopy, LeaseAnswer, LeasePoll } from '../../../shared/src/verification/leases.ts'
import { HOLD_MS, LEASE_WAIT_MS } from '../../../shared/src/verification/lease-times.ts'
import type { LeaseBook } from '../../../server/src/features/leases/lease-book.ts'
import type { Clock, Due } from '../../../server/src/features/leases/lease-session.ts'
import type { NodeRow, NodeRows } from '../../../server/src/features/leases/nodes/node-rows.ts'
import type { LogRead } from '../../../server/src/features/leases/changes/recent-changes.ts'
import type { Database, SimulatedKey, SimulatedToken } from './database.ts'
import type { History } from './history.ts'
import type { Machines, ServiceFaults } from './machines.ts'
import type { Process, World } from './world.ts'

const BEAT_MS = 150
const LOOK_MS = 40
const MAX_SLICE = 4

export type Surroundings = {
  world: World
  database: Database
  history: History
  machines: Machines
  faults: ServiceFaults
  stallChance: number
  isOneOfSeveral: boolean
}

/** The answer to a question, as of the moment when it was read. */
export type VerifyAnswer = { valid: boolean; copy: KeyCopy | undefined; minute: number }

type Waiter = { seq: number; organizationIds: string[] | null; done: () => void }

/** A process of the service: a book of leases, and what the service puts around it. */
export class SimulatedNode {
  readonly process: Process
  readonly name: string
  isStopping = false
  readonly #book: LeaseBook
  readonly #rows: NodeRows
  readonly #replies = new Map<number, (answer: LeaseAnswer) => void>()
  #waiters: Waiter[] = []
  #polls = 0
  #names = 0
  #beats = 0
  #rowName: string | undefined
  #rowNames = 0
  #isLooking = false
  readonly #around: Surroundings

  constructor(around: Surroundings, process: Process, name: string) {
    const { database, machines, faults, isOneOfSeveral } = around
    this.#around = around
    this.process = process
    this.name = name
    const { monoMs } = process.clock()
    const mustWait = database.hasMark && !isOneOfSeveral && !faults.restartsWithoutWait
    this.#book = machines.openBook({
      head: database.head(),
      isNode: isOneOfSeveral,
      randomId: () => `${name}.${this.#names++}`,
      ...(mustWait && { quietUntilMs: monoMs + LEASE_WAIT_MS }),
    })
    this.#rows = machines.watchNodeRows(() => this.#rowName)
    if (isOneOfSeveral) this.#register()
  }

  poll(body: LeasePoll, token: SimulatedToken, reply: (answer: LeaseAnswer) => void): void {
    const { world, database, stallChance } = this.#around
    const { organizationIds } = token
    const poller = {
      tokenId: token.id,
      organizationIds,
      tokenEndsInMs: null,
      asOf: database.head(),
    }
    // Between the reading of the token and the book, other threads may have been faster.
    const lateMs =
      stallChance > 0 && world.random.chance(stallChance) ? world.random.between(1, 300) : 0
    const take = () => {
      database.hasMark = true
      const id = this.#polls++
      this.#replies.set(id, reply)
      const now = this.process.clock()
      const { counts, due } = this.#book.poll(id, body, poller, now)
      for (const { keyId, code, count } of counts.uses)
        if (code === 'VALID') this.#around.history.counted(keyId, count, world.now)
      for (const { keyId, resetAt, units } of counts.unused)
        database.giveBack(keyId, resetAt, units)
      this.#send(due)
      if (this.#replies.has(id))
        this.#atMono(now.monoMs + HOLD_MS, () => this.#send(this.#book.tick(this.process.clock())))
      this.#review()
    }
    if (lateMs === 0) take()
    else world.after(lateMs, take, this.process)
  }

  verify(key: SimulatedKey, token: SimulatedToken, isLeased: boolean): VerifyAnswer {
    const { database, world } = this.#around
    const isAllowed = token.organizationIds?.includes(key.organizationId) ?? true
    const minute = database.minute()
    if (!isAllowed) return { valid: false, copy: undefined, minute }
    const isExpired = key.expiresAt <= world.now
    const valid = !key.isRevoked && !isExpired && database.take(key, 1)
    if (!isLeased || isExpired) return { valid, copy: undefined, minute }
    const wanted = valid ? Math.min(MAX_SLICE, Math.floor(key.limit / 3)) : 0
    const slice = wanted > 0 && database.take(key, wanted) ? wanted : 0
    return { valid, copy: database.copyOf(key, slice), minute }
  }

  /** Ends a key, or says again that it is ended. */
  revoke(key: SimulatedKey): void {
    const { database, history, world, faults } = this.#around
    const done = (committedAt: number) => () => history.revokeAnswered(key, world.now, committedAt)
    if (key.isRevoked) {
      // A repeated revocation gets the same answer, and no earlier than the first.
      const committedAt = world.now
      if (faults.repeatsAtOnce) return done(committedAt)()
      return this.#wait(database.head(), [key.organizationId], done(committedAt))
    }
    this.#commit(
      (seq) => {
        if (key.isRevoked) return database.head()
        return database.commitRevoked(key, seq)
      },
      (seq, committedAt) => {
        history.revokeCommitted(key, committedAt)
        if (faults.answersAtOnce) done(committedAt)()
        else this.#wait(seq, [key.organizationId], done(committedAt))
      },
    )
  }

  changeToken(token: SimulatedToken, organizationIds: string[] | null, answered: () => void): void {
    const { database } = this.#around
    this.#commit(
      (seq) => database.commitToken(token, organizationIds, seq),
      (seq) => this.#wait(seq, null, answered),
    )
  }

  /** A clean stop: polls are answered, and the mark goes if no lease can run. */
  stop(): void {
    const { database, faults, world } = this.#around
    this.isStopping = true
    this.#send(this.#book.stop(this.process.clock()))
    const leaves = () => {
      const { monoMs } = this.process.clock()
      if (faults.stopForgets || this.#book.lastLeaseEndsMs() <= monoMs) database.hasMark = false
      this.process.isDead = true
    }
    world.after(world.random.between(0, 200), leaves, this.process)
  }

  /** A transaction of some length; its number is taken as it commits, unless that is the fault. */
  #commit(write: (seq: number) => number, then: (seq: number, committedAt: number) => void): void {
    const { world, database, faults, stallChance } = this.#around
    const early = faults.numbersBeforeCommit ? database.takeNumber() : undefined
    const isLong = stallChance > 0 && world.random.chance(stallChance)
    const lengthMs = world.random.between(1, 8) / 2 + (isLong ? world.random.between(0, 1500) : 0)
    world.after(lengthMs, () => {
      if (this.process.isDead && world.random.chance(0.5)) return
      const seq = write(early ?? database.takeNumber())
      const committedAt = world.now
      world.after(0.25, () => then(seq, committedAt), this.process)
    })
  }

  #wait(seq: number, organizationIds: string[] | null, done: () => void): void {
    const { isOneOfSeveral, database } = this.#around
    let missing = isOneOfSeveral ? 2 : 1
    const one = () => {
      if (--missing === 0) done()
    }
    this.#waiters.push({ seq, organizationIds, done: one })
    if (isOneOfSeveral) {
      this.#rows.wait(seq, organizationIds, { resolve: one, reject: () => undefined })
      if (!this.#isLooking) this.#look()
    }
    const read = database.read(this.#book.head())
    if (!isOneOfSeveral) this.#send(this.#book.changes(read, this.process.clock()))
    this.#review()
  }

  #review(): void {
    const now = this.process.clock()
    this.#waiters = this.#waiters.filter(({ seq, organizationIds, done }) => {
      const own = this.#book.confirmedThrough(seq, organizationIds, now)
      if (own !== true) {
        this.#atMono(own, () => this.#review())
        return true
      }
      done()
      return false
    })
  }

  /** Looks at the rows of the other nodes while a change waits for them. */
  #look(): void {
    const { world, database } = this.#around
    this.#isLooking = this.#rows.isWaiting()
    if (!this.#isLooking) return
    const reading = this.#rows.beginReading()
    world.after(this.#stallMs(), () => {
      const rows = [...database.rows.values()]
      const observe = () => {
        const still = this.#rows.observe(rows, reading, this.process.clock().monoMs)
        for (const row of still) this.#delete(row)
        world.after(LOOK_MS, () => this.#look(), this.process)
      }
      world.after(this.#stallMs(), observe, this.process)
    })
  }

  /** Deletes a row that has not moved, once no beat of it is under way. */
  #delete(row: NodeRow): void {
    const { world, database } = this.#around
    const { node, beat } = row
    const atDatabase = () => {
      if (database.beating.has(node)) return void world.after(5, atDatabase)
      if (database.rows.get(node)?.beat === beat) database.rows.delete(node)
      const isGone = !database.rows.has(node)
      world.after(
        this.#stallMs(),
        () => {
          if (isGone) this.#rows.deleted(node)
        },
        this.process,
      )
    }
    world.after(this.#stallMs(), atDatabase)
  }

  #register(): void {
    const { world, database } = this.#around
    const node = `${this.name}/${this.#rowNames++}`
    this.#rowName = node
    const confirmed = this.#book.confirmed(this.process.clock())
    world.after(this.#stallMs(), () => {
      database.rows.set(node, { node, beat: 0, ...confirmed })
      world.after(1, () => this.#beat(node), this.process)
    })
  }

  /**
   * One round trip: the log is read, and the row of this node is moved. That takes a while at the
   * database, where others see the row as it was before until the end.
   */
  #beat(node: string): void {
    const { world, database, faults } = this.#around
    const sentAt = this.process.clock()
    const row = { node, beat: ++this.#beats, ...this.#book.confirmed(sentAt) }
    const early = faults.readsBeforeBeat ? database.read(this.#book.head()) : undefined
    const atDatabase = () => {
      if (!database.rows.has(node)) return void world.after(1, () => this.#register(), this.process)
      database.beating.add(node)
      const beganAt = early ? this.process.clock() : sentAt
      const read = early ?? database.read(this.#book.head())
      const move = () => {
        database.beating.delete(node)
        database.rows.set(node, row)
        world.after(this.#stallMs(), () => this.#beaten(node, beganAt, read), this.process)
      }
      world.after(this.#stallMs(), move)
    }
    // Requests to the database arrive even if their client is paused meanwhile. Where the
    // log is read first, the beat is a message of its own, sent by a process that may be paused.
    world.after(this.#stallMs(), atDatabase, early ? this.process : undefined)
  }

  #beaten(node: string, beganAt: Clock, read: LogRead): void {
    this.#send(this.#book.beat(beganAt, read, this.process.clock()))
    this.#review()
    this.#around.world.after(BEAT_MS, () => this.#beat(node), this.process)
  }

  #stallMs(): number {
    const { world, stallChance } = this.#around
    const { random } = world
    return stallChance > 0 && random.chance(stallChance) ? random.between(0, 4000) : 1
  }

  #send(due: Due[]): void {
    for (const { id, answer } of due) {
      this.#replies.get(id)?.(answer)
      this.#replies.delete(id)
    }
  }

  #atMono(monoMs: number, run: () => void): void {
    this.#around.world.after(this.process.untilMono(monoMs) + 0.01, run, this.process)
  }
}
