import type { KeyCopy, LeaseAnswer, LeasePoll } from '../../../shared/src/verification/leases.ts'
import { HOLD_MS, LEASE_WAIT_MS } from '../../../shared/src/verification/lease-times.ts'
import type { LeaseBook } from '../../../server/src/features/leases/lease-book.ts'
import type { Due } from '../../../server/src/features/leases/lease-session.ts'
import type { NodeRows } from '../../../server/src/features/leases/nodes/node-rows.ts'
import type { Database, SimulatedKey, SimulatedToken } from './database.ts'
import type { History } from './history.ts'
import type { Machines, ServiceFaults } from './machines.ts'
import type { Process, World } from './world.ts'

const BEAT_MS = 150
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

type Waiter = { seq: number; lastReading: number; done: () => void }

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
    this.#rows = machines.watchNodeRows(name)
    if (isOneOfSeveral) this.#beat()
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
      // Whoever asks again gets the same answer, and no earlier than the first.
      const committedAt = world.now
      if (faults.repeatsAtOnce) return done(committedAt)()
      return this.#wait(database.head(), done(committedAt))
    }
    this.#commit(
      (seq) => {
        if (key.isRevoked) return database.head()
        return database.commitRevoked(key, seq)
      },
      (seq, committedAt) => {
        history.revokeCommitted(key, committedAt)
        if (faults.answersAtOnce) done(committedAt)()
        else this.#wait(seq, done(committedAt))
      },
    )
  }

  changeToken(token: SimulatedToken, organizationIds: string[] | null, answered: () => void): void {
    const { database } = this.#around
    this.#commit(
      (seq) => database.commitToken(token, organizationIds, seq),
      (seq) => this.#wait(seq, answered),
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

  #wait(seq: number, done: () => void): void {
    this.#waiters.push({ seq, done, lastReading: this.#rows.lastReading() })
    if (!this.#around.isOneOfSeveral) {
      const read = this.#around.database.read(this.#book.head())
      this.#send(this.#book.changes(read, this.process.clock()))
    }
    this.#review()
  }

  #review(): void {
    if (this.#waiters.length === 0) return
    const now = this.process.clock()
    this.#waiters = this.#waiters.filter(({ seq, done, lastReading }) => {
      const own = this.#book.confirmedThrough(seq, now)
      if (own !== true) {
        this.#atMono(own, () => this.#review())
        return true
      }
      const { isOneOfSeveral } = this.#around
      if (isOneOfSeveral && !this.#rows.confirmedThrough(seq, lastReading, now.monoMs)) return true
      done()
      return false
    })
  }

  /** One round trip: the row of this node is written, then the log and the other rows are read. */
  #beat(): void {
    const { world, database, faults, stallChance } = this.#around
    const sentAt = this.process.clock()
    const row = { node: this.name, beat: ++this.#beats, confirmed: this.#book.confirmed(sentAt) }
    const reading = this.#rows.beginReading()
    const stall = () =>
      stallChance > 0 && world.random.chance(stallChance) ? world.random.between(0, 4000) : 1
    const early = faults.readsBeforeBeat ? database.read(this.#book.head()) : undefined
    // What a client of the database sends, arrives even if the client is paused meanwhile. Where the
    // log is read first, the beat is a message of its own, sent by a process that may be paused.
    world.after(
      stall(),
      () => {
        database.rows.set(this.name, row)
        const beganAt = early ? this.process.clock() : sentAt
        const read = early ?? database.read(this.#book.head())
        const rows = [...database.rows.values()]
        world.after(
          stall(),
          () => {
            const now = this.process.clock()
            this.#rows.observe(rows, reading, now.monoMs)
            this.#send(this.#book.beat(beganAt, read, now))
            this.#review()
            world.after(BEAT_MS, () => this.#beat(), this.process)
          },
          this.process,
        )
      },
      early ? this.process : undefined,
    )
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
