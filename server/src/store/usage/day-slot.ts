import { HOURS_PER_DAY } from './slot.ts'

// How often a key was used until the end of a day, all in all: so its uses in any number of days are
// the difference of two rows. A row is named by one number, its slot:
//
//   slot = (key number, 30 bits) (day since 1970, 16 bits: until 2149)

export const DAY_SLOTS_PER_KEY = 2 ** 16

/** From one to another, both included. */
export type Span = [first: number, last: number]

/**
 * Parts of a range of hours: the whole days that are added up already, and the hours that are left
 * at both ends.
 *
 * @param countedUntil the hour before which days are added up
 */
export function partsOfRange(
  firstHour: number,
  endHour: number,
  countedUntil: number,
): { days: Span | undefined; hours: Span[] } {
  const firstDay = Math.ceil(firstHour / HOURS_PER_DAY)
  const endDay = Math.floor(Math.min(endHour, countedUntil) / HOURS_PER_DAY)
  if (endDay <= firstDay) return { days: undefined, hours: [[firstHour, endHour - 1]] }
  const hours: Span[] = [
    [firstHour, firstDay * HOURS_PER_DAY - 1],
    [endDay * HOURS_PER_DAY, endHour - 1],
  ]
  return { days: [firstDay, endDay - 1], hours: hours.filter(([first, last]) => first <= last) }
}
