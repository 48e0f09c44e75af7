import { expect, test } from 'vitest'
import { randomFrom } from '../../testkit/load/random.ts'
import { compare, mannWhitney, medianOf } from './compare.ts'

const random = randomFrom(7)
const sample = (shift: number, length = 400) =>
  Array.from({ length }, () => shift + random.between(0, 1000) / 10)

test('a median is the middle, or between the two in the middle', () => {
  expect(medianOf([5, 1, 3])).toBe(3)
  expect(medianOf([4, 1, 3, 10])).toBe(3.5)
})

test('samples of one source do not differ, and a shift is found and sized', () => {
  const same = compare(sample(0), sample(0), random)
  expect(same.low).toBeLessThan(0)
  expect(same.high).toBeGreaterThan(0)
  const shifted = compare(sample(0), sample(40), random)
  expect(shifted.low).toBeGreaterThan(20)
  expect(shifted.high).toBeLessThan(60)
  expect(shifted.p).toBeLessThan(1e-6)
})

test('the test by ranks gives the known values, ties included', () => {
  const odd = Array.from({ length: 20 }, (_, at) => 2 * at)
  const even = Array.from({ length: 20 }, (_, at) => 2 * at + 1)
  expect(mannWhitney(odd, even)).toBeCloseTo(0.7868, 4)
  expect(mannWhitney([1, 1, 1], [1, 1, 1])).toBe(1)
  expect(mannWhitney([1, 2, 2, 3, 3], [2, 3, 3, 4, 5])).toBeCloseTo(0.1015, 4)
})

test('samples of one source are taken for different once in twenty times, not more', () => {
  const found = Array.from({ length: 200 }, () => mannWhitney(sample(0, 60), sample(0, 60)))
  const falseAlarms = found.filter((p) => p < 0.05).length
  expect(falseAlarms).toBeGreaterThan(1)
  expect(falseAlarms).toBeLessThan(25)
})
