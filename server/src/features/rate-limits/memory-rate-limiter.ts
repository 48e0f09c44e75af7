import { hashSecret } from '../../crypto/hash.ts'
import { makeRandomId } from '../../crypto/ids.ts'
import type { BudgetName, RateLimiter } from './rate-limiter.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'

/** The counts of one process, which its threads share. */
export type BudgetMemory = { keys: SharedArrayBuffer; names: SharedArrayBuffer; seed: string }

// Four bytes for each possible key; the system gives memory only to pages that are used.
const KEYS_COUNTED_EXACTLY = 2 ** 24
const NAME_SLOTS = 2 ** 18
const HEADER_SLOTS = 16
const BYTES_PER_SLOT = 4

const MINUTE_SLOT = 0
const HIGHEST_KEY_SLOT = 1
const LOCK_SLOT = 2
const LOCK_WAIT_MS = 1

// A slot is one number, so that one atomic step decides which request gets the last of a budget:
// twelve bits of the minute, then twenty bits of its count, which hold a limit of 1,000,000.
const COUNT_BITS = 20
const COUNT_MASK = 2 ** COUNT_BITS - 1
const MINUTE_MASK = 2 ** 12 - 1

// Twelve bits of a minute repeat after three days. Counts more than a day away are wiped long
// before: one of 64 parts in each minute. Nearer counts stay, or a clock that jumps ahead and is set
// back would open second budgets.
const WIPE_PARTS = 64
const KEPT_MINUTES = 1535

export function makeBudgetMemory(): BudgetMemory {
  return {
    keys: new SharedArrayBuffer((HEADER_SLOTS + KEYS_COUNTED_EXACTLY) * BYTES_PER_SLOT),
    names: new SharedArrayBuffer(NAME_SLOTS * BYTES_PER_SLOT),
    seed: makeRandomId(),
  }
}

/**
 * Budgets in memory of a fixed size, whatever names arrive. Keys are counted exactly. A name is
 * counted in two slots, and the lower count is its own: it may share one slot with another name, but
 * hardly ever both, and an outsider cannot predict which, because the seed is secret.
 */
export function memoryRateLimiter(memory: BudgetMemory = makeBudgetMemory()): RateLimiter {
  const header = new Int32Array(memory.keys, 0, HEADER_SLOTS)
  const keys = new Int32Array(memory.keys, HEADER_SLOTS * BYTES_PER_SLOT)
  const names = new Int32Array(memory.names)

  function moveTo(minute: number): void {
    for (;;) {
      const known = Atomics.load(header, MINUTE_SLOT)
      // At the end of a minute, threads may arrive in any order.
      if (known === minute || known === minute + 1) return
      if (known > 0) {
        wipe(keys.subarray(0, Atomics.load(header, HIGHEST_KEY_SLOT) + 1), known, minute)
        wipe(names, known, minute)
      }
      Atomics.compareExchange(header, MINUTE_SLOT, known, minute)
    }
  }

  function slotsOf(name: string): number[] {
    const digest = hashSecret(memory.seed + name)
    const slots = [digest.readUInt32LE(0), digest.readUInt32LE(4)].map((slot) => slot % NAME_SLOTS)
    return [...new Set(slots)]
  }

  function takeForKey(number: number, now: number, limit: number, cost: number): Taken {
    const highest = Atomics.load(header, HIGHEST_KEY_SLOT)
    if (number > highest) Atomics.compareExchange(header, HIGHEST_KEY_SLOT, highest, number)
    return takeFrom(keys, number, now, limit, cost)
  }

  function takeForName(name: string, now: number, limit: number, cost: number): Taken {
    const slots = slotsOf(name)
    return alone(header, () => {
      const read = slots.map((at) => ({ at, slot: names[at] ?? 0 }))
      const minute = Math.min(...read.map(({ slot }) => minuteOf(slot, now)))
      const before = Math.min(
        ...read
          .filter(({ slot }) => minuteOf(slot, now) === minute)
          .map(({ slot }) => countIn(slot, minute)),
      )
      const accepted = fits(before, limit, cost)
      // If another name has counted in the next minute already, the slot keeps that minute.
      if (accepted && cost > 0)
        for (const { at, slot } of read) names[at] = added(slot, minuteOf(slot, now), cost)
      return { accepted, before, minute }
    })
  }

  return {
    take(name, limit, cost, nowMs) {
      const now = Math.floor(nowMs / MINUTE_MS)
      moveTo(now)
      const { accepted, before, minute } = isCountedExactly(name)
        ? takeForKey(name, now, limit, cost)
        : takeForName(`${name}`, now, limit, cost)
      return {
        accepted,
        limit,
        remaining: Math.max(0, limit - before - (accepted ? cost : 0)),
        resetAtMs: (minute + 1) * MINUTE_MS,
        endsInMs: (minute + 1) * MINUTE_MS - nowMs,
      }
    },
    giveBack(name, cost, { resetAtMs }) {
      const minute = resetAtMs / MINUTE_MS - 1
      if (isCountedExactly(name)) return giveBackTo(keys, name, minute, cost)
      alone(header, () => {
        for (const at of slotsOf(`${name}`)) giveBackTo(names, at, minute, cost)
      })
    },
  }
}

function isCountedExactly(name: BudgetName): name is number {
  return typeof name === 'number' && name < KEYS_COUNTED_EXACTLY
}

type Taken = { accepted: boolean; before: number; minute: number }

function fits(before: number, limit: number, cost: number): boolean {
  return cost === 0 ? before < limit : before + cost <= limit
}

/**
 * The minute that a slot counts. A minute that has begun is not left for the one before it, or a
 * clock that steps back would open a second budget; a slot further ahead, or behind, starts again.
 */
function minuteOf(slot: number, now: number): number {
  const ahead = ((slot >>> COUNT_BITS) - now) & MINUTE_MASK
  return slot !== 0 && ahead === 1 ? now + 1 : now
}

function countIn(slot: number, minute: number): number {
  return ((slot >>> COUNT_BITS) & MINUTE_MASK) === (minute & MINUTE_MASK) ? slot & COUNT_MASK : 0
}

function toSlot(minute: number, count: number): number {
  return ((minute & MINUTE_MASK) << COUNT_BITS) | count
}

function takeFrom(slots: Int32Array, at: number, now: number, limit: number, cost: number): Taken {
  for (;;) {
    const slot = Atomics.load(slots, at)
    const minute = minuteOf(slot, now)
    const before = countIn(slot, minute)
    const accepted = fits(before, limit, cost)
    if (!accepted || cost === 0) return { accepted, before, minute }
    const taken = toSlot(minute, before + cost)
    if (Atomics.compareExchange(slots, at, slot, taken) === slot)
      return { accepted, before, minute }
  }
}

function giveBackTo(slots: Int32Array, at: number, minute: number, cost: number): void {
  for (;;) {
    const slot = Atomics.load(slots, at)
    const count = countIn(slot, minute)
    if (count === 0) return // the minute is over
    const left = toSlot(minute, Math.max(0, count - cost))
    if (Atomics.compareExchange(slots, at, slot, left) === slot) return
  }
}

function added(slot: number, minute: number, cost: number): number {
  return toSlot(minute, Math.min(COUNT_MASK, countIn(slot, minute) + cost))
}

/** Runs a few steps under a lock between threads. */
function alone<T>(header: Int32Array, steps: () => T): T {
  while (Atomics.compareExchange(header, LOCK_SLOT, 0, 1) !== 0)
    Atomics.wait(header, LOCK_SLOT, 1, LOCK_WAIT_MS)
  try {
    return steps()
  } finally {
    Atomics.store(header, LOCK_SLOT, 0)
    Atomics.notify(header, LOCK_SLOT, 1)
  }
}

/** Wipes the parts that are due as the clock goes from one minute to another. */
function wipe(slots: Int32Array, from: number, to: number): void {
  const passed = to - from
  if (Math.abs(passed) >= KEPT_MINUTES) return void slots.fill(0)
  if (passed < 0 || passed >= WIPE_PARTS) return wipePart(slots, from, to)
  const size = Math.ceil(slots.length / WIPE_PARTS)
  for (let turn = from + 1; turn <= to; turn++) {
    const start = (turn % WIPE_PARTS) * size
    wipePart(slots.subarray(start, start + size), from, to)
  }
}

function wipePart(slots: Int32Array, from: number, to: number): void {
  for (let at = 0; at < slots.length; at++) {
    const slot = slots[at] ?? 0
    if (slot === 0) continue
    const behind = MINUTE_MASK & (from - (slot >>> COUNT_BITS))
    const distance = to - from + (behind > MINUTE_MASK / 2 ? behind - MINUTE_MASK - 1 : behind)
    if (Math.abs(distance) > KEPT_MINUTES) Atomics.compareExchange(slots, at, slot, 0)
  }
}
