import { HOLD_MS, LEASE_WAIT_MS } from '../../../shared/src/verification/lease-times.ts'
import { Database, MINUTE_MS, type SimulatedToken } from './database.ts'
import { History, type Finding, type Wait } from './history.ts'
import { machines as real, type Machines, type ServiceFaults } from './machines.ts'
import { makeNetwork } from './network.ts'
import { SimulatedNode, type Surroundings } from './simulated-node.ts'
import { SimulatedVerifier, startDeafVerifier, startForeignVerifier } from './simulated-verifier.ts'
import { drawWeather, type Weather } from './weather.ts'
import { Process, World } from './world.ts'

/** Two disciplined clocks differ by no more. */
const SLOWEST = 920
const FASTEST = 1080

/** Of a change, by the slowest clock: a poll that comes late, and the lease that it may get. */
const LONGEST_WAIT_MS = (LEASE_WAIT_MS + HOLD_MS) / 0.92 + 200

/** The organization of every second key. */
const FOREIGN = 'o1'

export type ScheduleResult = {
  findings: Finding[]
  leased: number
  asked: number
  answered: number
}

/** Plays one schedule: the same seed, the same schedule. */
export function playSchedule(
  seed: number,
  machines: Machines = real,
  faults: ServiceFaults = {},
): ScheduleResult {
  const world = new World(seed)
  const schedule = new Schedule(world, drawWeather(world.random), machines, faults)
  return schedule.play()
}

class Schedule {
  readonly #world: World
  readonly #weather: Weather
  readonly #database: Database
  readonly #history: History
  readonly #around: Surroundings
  readonly #nodes: (SimulatedNode | undefined)[] = []
  readonly #verifiers: SimulatedVerifier[] = []
  readonly #token: SimulatedToken
  #names = 0

  constructor(world: World, weather: Weather, machines: Machines, faults: ServiceFaults) {
    const { random } = world
    this.#world = world
    this.#weather = weather
    this.#history = new History(weather.clones)
    // Where budgets are small, the end of a minute is in the schedule.
    world.now = MINUTE_MS - random.between(0, 6000)
    const keys = Array.from({ length: weather.keys }, (_, n) => ({
      id: `k${n}`,
      organizationId: `o${n % 2}`,
      isRevoked: false,
      limit: weather.limit,
      expiresAt:
        !weather.isFair && random.chance(0.2) ? world.now + random.between(500, 6000) : Infinity,
      taken: new Map<number, number>(),
    }))
    const isNarrow = weather.changesToken && random.chance(0.5)
    const token = { id: 't', organizationIds: isNarrow ? ['o0'] : null }
    this.#token = token
    this.#database = new Database(world, keys)
    this.#around = {
      world,
      machines,
      faults,
      database: this.#database,
      history: this.#history,
      stallChance: weather.stallChance,
      isOneOfSeveral: weather.nodes > 1,
    }
    for (let n = 0; n < weather.nodes; n++) this.#startNode(n)
    const network = makeNetwork(world, weather)
    for (let n = 0; n < weather.verifiers; n++) {
      const at = random.between(0, weather.nodes - 1)
      const around = {
        world,
        network,
        token,
        keys,
        history: this.#history,
        node: () => this.#nodeFor(at),
        makeHolder: () => machines.leaseHolder({ maxCopies: 100 }),
        isRecorded: weather.clones,
        patienceMs: weather.patienceMs,
      }
      this.#verifiers.push(new SimulatedVerifier(around, this.#newProcess()))
      if (n === 0 && weather.hasDeafVerifier) startDeafVerifier(around, this.#newProcess())
      if (n === 0 && weather.hasForeignVerifier) {
        const foreign = { id: 'f', organizationIds: [FOREIGN] }
        startForeignVerifier({ ...around, token: foreign }, this.#newProcess())
      }
    }
  }

  play(): ScheduleResult {
    const { lengthMs, isFair, changesToken, keys, nodes } = this.#weather
    const { between } = this.#world.random
    const startedAt = this.#world.now
    for (const verifier of this.#verifiers) this.#call(verifier)
    for (const key of this.#database.keys) {
      const times = between(1, 2)
      for (let n = 0; n < times; n++)
        this.#world.after(between(300, lengthMs - 200), () =>
          this.#at(between(0, nodes - 1), (node) => node.revoke(key)),
        )
    }
    if (changesToken) this.#world.after(between(1, between(50, 1500)), () => this.#changeToken())
    if (this.#weather.clones) this.#world.after(between(300, 1500), () => this.#clone())
    if (!isFair) this.#trouble()
    this.#world.runUntil(startedAt + lengthMs)
    this.#judgeWaits()
    if (isFair) {
      for (const verifier of this.#verifiers) verifier.close()
      this.#world.runUntil(startedAt + lengthMs + 3000)
      this.#judgeFair(startedAt, keys)
    }
    const { findings, leased, asked, answered } = this.#history
    return { findings, leased, asked, answered }
  }

  /** Nobody holds up a change for longer than a lease, however a verifier behaves. */
  #judgeWaits(): void {
    const { serviceTrouble, stallChance, nodes } = this.#weather
    if (serviceTrouble > 0 || stallChance > 0 || nodes > 1) return
    const longestMs = Math.max(
      ...this.#history.waits.map(({ waitMs }) => waitMs),
      this.#history.waitingMs(this.#world.now),
    )
    if (longestMs > LONGEST_WAIT_MS)
      this.#history.report('held up', this.#world.now, `${longestMs} ms`)
  }

  /** Without faults: leases are granted, changes are answered soon, and all uses are counted. */
  #judgeFair(startedAt: number, keys: number): void {
    const { verifiers, nodes } = this.#weather
    const now = this.#world.now
    const firstLeaseMs = nodes > 1 ? 1000 : 100
    for (const { firstLeaseAt = Infinity } of this.#verifiers)
      if (firstLeaseAt - startedAt > firstLeaseMs)
        this.#history.report('no lease', now, `${verifiers} verifiers`)
    const longestMs = nodes > 1 ? 800 : 100
    const late = this.#history.waits.find(
      (wait) => wait.waitMs > longestMs && !this.#isHeldUpByForeign(wait),
    )
    if (late) this.#history.report('late answer', now, `${late.organizationId}: ${late.waitMs} ms`)
    if (this.#history.answered < keys) this.#history.report('no answer', now, `${keys} keys`)
    if (this.#history.uncounted() !== 0)
      this.#history.report('uses lost', now, `${this.#history.uncounted()}`)
  }

  /** A verifier that never confirms holds up changes of its own organization, for once. */
  #isHeldUpByForeign({ organizationId, committedAt }: Wait): boolean {
    if (!this.#weather.hasForeignVerifier || organizationId !== FOREIGN) return false
    const own = this.#history.waits.filter((wait) => wait.organizationId === FOREIGN)
    const first = Math.min(...own.map((wait) => wait.committedAt))
    return committedAt < first + HOLD_MS + LEASE_WAIT_MS + 200
  }

  #call(verifier: SimulatedVerifier): void {
    const { random } = this.#world
    const everyMs = random.between(40, 300)
    const next = () => {
      verifier.call()
      this.#world.after(random.between(1, everyMs), next, verifier.process)
    }
    this.#world.after(random.between(1, everyMs), next, verifier.process)
  }

  #changeToken(): void {
    const token = this.#token
    const isNarrow = token.organizationIds !== null
    const answered = () => {
      if (!isNarrow) this.#history.narrowed(token.id, 'o1', this.#world.now)
    }
    this.#at(0, (node) => node.changeToken(token, isNarrow ? null : ['o0'], answered))
  }

  /** Every half second something may happen to each process. */
  #trouble(): void {
    const { random } = this.#world
    const { verifierTrouble, serviceTrouble } = this.#weather
    for (const verifier of this.#verifiers)
      if (random.chance(verifierTrouble)) this.#troubleVerifier(verifier)
    for (const [at, node] of this.#nodes.entries())
      if (node && !node.process.isDead && random.chance(serviceTrouble)) this.#troubleNode(at, node)
    this.#world.after(500, () => this.#trouble())
  }

  /** A clone that is woken while the lease runs that it was made under is beyond the promise. */
  #clone(): void {
    const { random } = this.#world
    const original = random.pick(this.#verifiers)
    const clone = original.clone(random.between(2200, 2800))
    this.#verifiers.push(clone)
    this.#call(clone)
    const endOriginal = () => (original.process.isDead = true)
    if (random.chance(0.5)) this.#world.after(random.between(1, 400), endOriginal)
  }

  #troubleVerifier(verifier: SimulatedVerifier): void {
    const { random } = this.#world
    const { process } = verifier
    const kind = random.between(0, 9)
    if (kind < 6) process.pause(random.between(50, 4000))
    else if (kind < 8) process.freeze(random.between(50, 4000))
    else if (kind === 8) process.isDead = true
    else verifier.close()
  }

  #troubleNode(at: number, node: SimulatedNode): void {
    const { random } = this.#world
    const kind = random.between(0, 9)
    if (kind < 3) return node.process.pause(random.between(50, 3500))
    if (kind < 5) return node.process.freeze(random.between(50, 3500))
    if (kind < 7 && !node.isStopping) node.stop()
    else node.process.isDead = true
    const watch = () => {
      if (!node.process.isDead) return void this.#world.after(20, watch)
      this.#world.after(random.between(0, 800), () => this.#startNode(at))
    }
    watch()
  }

  #startNode(at: number): void {
    const process = this.#newProcess()
    this.#nodes[at] = new SimulatedNode(this.#around, process, `n${this.#names++}`)
  }

  /** Has a node do something, when it is not paused. */
  #at(at: number, act: (node: SimulatedNode) => void): void {
    const node = this.#nodeFor(at)
    if (node) this.#world.after(0, () => act(node), node.process)
  }

  #nodeFor(at: number): SimulatedNode | undefined {
    const node = this.#nodes[at]
    if (node && !node.process.isDead) return node
    return this.#nodes.find((other) => other && !other.process.isDead)
  }

  #newProcess(): Process {
    const { random } = this.#world
    const rate = () => (this.#weather.isFair ? 1 : random.between(SLOWEST, FASTEST) / 1000)
    const mono = rate()
    return new Process(this.#world, { mono, wall: random.chance(0.5) ? mono : rate() })
  }
}
