import { expect, test } from 'vitest'
import { passwordProblem } from './password-problem.ts'

test.each([
  [7, 'Use at least 8 characters'],
  [8, null],
  [128, null],
  [129, 'Use at most 128 characters'],
])('a password of %s characters: %s', (length, problem) => {
  expect(passwordProblem('a'.repeat(length))).toBe(problem)
})
