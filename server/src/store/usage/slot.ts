import { HOUR_MS } from '@zentrix/shared/moment.ts'

// A row of usage is named by one number, its slot: SQLite finds a row by a single integer faster
// than by three columns, and writing usage is paid for by every verification.
//
//   slot = (key number, 30 bits) (outcome, 3 bits) (hour since 1970, 20 bits: until 2089)
//
// 53 bits in all, so that a JavaScript number holds every slot exactly. In the order of slots a
// key's rows are together, within them those of one outcome, and those from old to new.

export const HOURS_PER_DAY = 24
export const SLOTS_PER_OUTCOME = 2 ** 20
export const SLOTS_PER_KEY = 2 ** 23

/** Hours that a slot can name are from 0 up to this one, excluded. */
export const END_OF_HOURS = SLOTS_PER_OUTCOME

/** @param outcome a position in `outcomes`; @param hour as `hourOf` tells it */
export function slotOf(keyNumber: number, outcome: number, hour: number): number {
  return keyNumber * SLOTS_PER_KEY + outcome * SLOTS_PER_OUTCOME + hour
}

// Division instead of shifts, which would cut a number down to 32 bits.
export function readSlot(slot: number) {
  return {
    keyNumber: Math.floor(slot / SLOTS_PER_KEY),
    outcome: Math.floor((slot % SLOTS_PER_KEY) / SLOTS_PER_OUTCOME),
    hour: slot % SLOTS_PER_OUTCOME,
  }
}

/** The hour that a moment is in: whole hours since 1970-01-01T00:00:00Z. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS)
}

/** When an hour begins, in epoch milliseconds. */
export function startOfHour(hour: number): number {
  return hour * HOUR_MS
}
