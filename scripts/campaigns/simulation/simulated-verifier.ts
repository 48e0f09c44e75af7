import { LEASE_MS } from '../../../shared/src/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '../../../shared/src/verification/leases.ts'
import type { LeaseHolder } from '../../../shared/client/leases/lease-holder.ts'
import type { SimulatedKey, SimulatedToken } from './database.ts'
import type { History } from './history.ts'
import type { Network } from './network.ts'
import type { SimulatedNode, VerifyAnswer } from './simulated-node.ts'
import type { Process, World } from './world.ts'

const RETRY_MS = 100

export type VerifierSurroundings = {
  world: World
  network: Network
  history: History
  token: SimulatedToken
  keys: SimulatedKey[]
  /** The node that answers this verifier now, if one does. */
  node: () => SimulatedNode | undefined
  makeHolder: () => LeaseHolder
  isRecorded: boolean
  patienceMs: number
}

type Input = (holder: LeaseHolder) => void

/** A process that judges keys: a holder of a lease, and what the client puts around it. */
export class SimulatedVerifier {
  readonly process: Process
  readonly #around: VerifierSurroundings
  readonly #holder: LeaseHolder
  /** The answers that the holder got; given again to another, they make a clone. */
  readonly #inputs: Input[]
  /** The poll that is under way. */
  #number = 0
  #isStopped = false
  #zeroes = 0
  firstLeaseAt: number | undefined

  constructor(around: VerifierSurroundings, process: Process, inputs: Input[] = []) {
    this.#around = around
    this.process = process
    this.#holder = around.makeHolder()
    for (const input of inputs) input(this.#holder)
    this.#inputs = [...inputs]
    this.#loop()
  }

  /** A second process with this one's memory, woken later. */
  clone(wakesInMs: number): SimulatedVerifier {
    return new SimulatedVerifier(this.#around, this.process.cloneFrozen(wakesInMs), this.#inputs)
  }

  /** A request that bears a key. */
  call(): void {
    const { world, network, history, token, keys, node } = this.#around
    const key = world.random.pick(keys)
    const beganAt = world.now
    const now = this.process.clock()
    const verdict = this.#tell((holder) =>
      holder.judge(key.id, [], null, 1, now.monoMs, now.wallMs),
    )
    if (verdict) {
      const minute = Math.floor(world.now / 60_000)
      if (verdict.valid) history.accepted(key, token.id, beganAt, 'lease', minute)
      return
    }
    const asked = node()
    if (asked === undefined) return
    const asking = this.#tell((holder) => holder.ask(now))
    let isOver = false
    const end = (answer: VerifyAnswer | undefined) => {
      if (isOver) return
      isOver = true
      if (answer?.valid) history.accepted(key, token.id, beganAt, 'service', answer.minute)
      const endedAt = this.process.clock()
      this.#tell((holder) => holder.keep(asking, key.id, answer?.copy, endedAt))
    }
    let isAsked = false
    network.send(asked.process, () => {
      // Two deliveries of a question are two questions; only the first is answered here.
      if (isAsked) return
      isAsked = true
      const answer = asked.verify(key, token, asking.session !== null)
      network.send(this.process, () => end(answer))
    })
    world.after(4000, () => end(undefined), this.process)
  }

  /** A clean end: judges no more, and says so once the poll that is under way is answered. */
  close(): void {
    this.#isStopped = true
  }

  #loop(): void {
    const { world, network, token, node, patienceMs } = this.#around
    const asked = node()
    if (asked === undefined) return void world.after(RETRY_MS, () => this.#loop(), this.process)
    const now = this.process.clock()
    if (this.#isStopped) {
      this.#number = 0
      const body = this.#tell((holder) => holder.stop(now))
      return network.send(asked.process, () => asked.poll(body, token, () => {}))
    }
    const { number, body } = this.#tell((holder) => holder.poll(now))
    this.#number = number
    const reply = (answer: LeaseAnswer) =>
      network.send(this.process, () => this.#answered(number, answer))
    // The process may be paused between reading its clocks and sending.
    world.after(0.05, () => this.#send(asked, body, reply), this.process)
    world.after(patienceMs, () => this.#failed(number), this.process)
  }

  #send(to: SimulatedNode, body: LeasePoll, reply: (answer: LeaseAnswer) => void): void {
    this.#around.network.send(to.process, () => to.poll(body, this.#around.token, reply))
  }

  #answered(number: number, answer: LeaseAnswer): void {
    const now = this.process.clock()
    this.#tell((holder) => holder.answered(number, answer, now))
    if (number !== this.#number) return
    this.#number = 0
    if (answer.leaseMs > 0) this.firstLeaseAt ??= this.#around.world.now
    this.#zeroes = answer.leaseMs > 0 ? 0 : this.#zeroes + 1
    if (this.#zeroes > 2) this.#around.world.after(RETRY_MS, () => this.#loop(), this.process)
    else this.#loop()
  }

  #failed(number: number): void {
    if (number === this.#number) this.#loop()
  }

  #tell<T>(input: (holder: LeaseHolder) => T): T {
    if (this.#around.isRecorded) this.#inputs.push(input)
    return input(this.#holder)
  }
}

/** A verifier that renews its lease, and never says that it applied anything. */
export function startDeafVerifier(around: VerifierSurroundings, process: Process): void {
  const { world, network, token, node } = around
  let session: string | null = null
  let nonce = ''
  let applied = 0
  const loop = () => {
    const asked = node()
    if (asked === undefined) return void world.after(RETRY_MS, loop, process)
    let isAnswered = false
    const next = (answer?: LeaseAnswer) => {
      if (isAnswered) return
      isAnswered = true
      if (answer && answer.session !== session) applied = answer.head
      session = answer?.session ?? session
      nonce = answer?.nonce ?? nonce
      world.after(RETRY_MS, loop, process)
    }
    const body = { session, nonce, applied, batch: 0, uses: [], unused: [] }
    const reply = (answer: LeaseAnswer) => network.send(process, () => next(answer))
    network.send(asked.process, () => asked.poll(body, token, reply))
    world.after(LEASE_MS, () => next(), process)
  }
  loop()
}

/** A service that begins a session again and again, and never confirms anything. */
export function startForeignVerifier(around: VerifierSurroundings, process: Process): void {
  const { world, network, token, node } = around
  const body = { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] }
  const loop = () => {
    const asked = node()
    if (asked) network.send(asked.process, () => asked.poll(body, token, () => undefined))
    world.after(RETRY_MS, loop, process)
  }
  loop()
}
