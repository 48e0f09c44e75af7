import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { END_OF_HOURS, hourOf, readSlot, slotOf, startOfHour } from './slot.ts'

const parts = fc.record({
  keyNumber: fc.integer({ min: 0, max: 2 ** 30 - 1 }),
  outcome: fc.nat(7),
  hour: fc.nat(END_OF_HOURS - 1),
})

test('a slot tells the key, the outcome and the hour that it was made of', () => {
  fc.assert(
    fc.property(parts, (made) => {
      const slot = slotOf(made.keyNumber, made.outcome, made.hour)
      expect(Number.isSafeInteger(slot)).toBe(true)
      expect(readSlot(slot)).toEqual(made)
    }),
  )
})

test('slots are in the order of keys, then outcomes, then hours', () => {
  const inOrder = [
    slotOf(1, 7, END_OF_HOURS - 1),
    slotOf(2, 0, 5),
    slotOf(2, 0, 6),
    slotOf(2, 1, 0),
  ]
  expect(inOrder.toSorted((a, b) => a - b)).toEqual(inOrder)
})

test('every outcome has a place in a slot, and hours last until 2089', () => {
  expect(outcomes.length).toBeLessThanOrEqual(8)
  expect(new Date(startOfHour(END_OF_HOURS)).getUTCFullYear()).toBe(2089)
  expect(hourOf(Date.parse('1970-01-02T00:59:59.999Z'))).toBe(24)
})
