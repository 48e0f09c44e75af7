import { randomFrom, type Random } from '../../testkit/load/random.ts'
import type { Clock } from '../../../shared/client/leases/clock.ts'

type Event = { at: number; order: number; run: () => void; process: Process | undefined }

/** True time, which nobody in it can read, and everything that is going to happen. */
export class World {
  readonly random: Random
  now = 0
  readonly #events: Event[] = []
  #order = 0

  constructor(seed: number) {
    this.random = randomFrom(seed)
  }

  /** Runs something later; in a process, only while it lives, and when it is not paused. */
  after(delayMs: number, run: () => void, process?: Process): void {
    this.#push({ at: this.now + delayMs, order: this.#order++, run, process })
  }

  /** Runs what happens until then. */
  runUntil(endMs: number): void {
    for (let event = this.#events[0]; event && event.at <= endMs; event = this.#events[0]) {
      this.#pop()
      this.now = event.at
      const { process } = event
      if (process?.isDead) continue
      if (process && process.pausedUntil > event.at) {
        // After a pause, what waited runs in any order: a request may be before any timer.
        event.at = process.pausedUntil + this.random.between(0, 3) / 4
        this.#push(event)
      } else event.run()
    }
    this.now = endMs
  }

  #push(event: Event): void {
    const events = this.#events
    let at = events.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(event, events[parent]!)) break
      events[at] = events[parent]!
      at = parent
    }
    events[at] = event
  }

  #pop(): void {
    const events = this.#events
    const last = events.pop()!
    if (events.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= events.length) break
      if (child + 1 < events.length && isBefore(events[child + 1]!, events[child]!)) child++
      if (!isBefore(events[child]!, last)) break
      events[at] = events[child]!
      at = child
    }
    events[at] = last
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

/** A process with clocks of its own, which may be paused, frozen with its machine, or die. */
export class Process {
  isDead = false
  pausedUntil = 0
  readonly #world: World
  readonly #monoRate: number
  readonly #wallRate: number
  readonly #startedAt: number
  #frozenMs = 0

  constructor(world: World, rates: { mono: number; wall: number }) {
    this.#world = world
    this.#monoRate = rates.mono
    this.#wallRate = rates.wall
    this.#startedAt = world.now
  }

  clock(): Clock {
    const passed = this.#world.now - this.#startedAt
    return {
      monoMs: 1000 + (passed - this.#frozenMs) * this.#monoRate,
      wallMs: 1_800_000_000_000 + this.#startedAt + passed * this.#wallRate,
    }
  }

  /** True time until the monotonic clock shows this. */
  untilMono(monoMs: number): number {
    return Math.max(0, (monoMs - this.clock().monoMs) / this.#monoRate)
  }

  /** Like SIGSTOP: its clocks run on. */
  pause(forMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.#world.now + forMs)
  }

  /** With its machine: the monotonic clock stands still, and the wall clock jumps afterwards. */
  freeze(forMs: number): void {
    const until = Math.max(this.pausedUntil, this.#world.now + forMs)
    this.#frozenMs += until - Math.max(this.pausedUntil, this.#world.now)
    this.pausedUntil = until
  }

  /** A copy of this process, made now and woken later; its clocks go on as after a freeze. */
  cloneFrozen(forMs: number): Process {
    const clone = new Process(this.#world, { mono: this.#monoRate, wall: this.#wallRate })
    Object.assign(clone, { isDead: false, pausedUntil: this.#world.now + forMs })
    clone.#takeClocksOf(this, forMs)
    return clone
  }

  #takeClocksOf(original: Process, forMs: number): void {
    this.#frozenMs = original.#frozenMs + forMs
    Object.defineProperty(this, 'clock', {
      value: () => {
        const passed = this.#world.now - original.#startedAt
        return {
          monoMs: 1000 + (passed - this.#frozenMs) * original.#monoRate,
          wallMs: 1_800_000_000_000 + original.#startedAt + passed * original.#wallRate,
        }
      },
    })
  }
}
