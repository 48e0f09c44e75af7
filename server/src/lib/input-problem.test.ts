import * as z from 'zod'
import { expect, test } from 'vitest'
import { IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { inputProblem } from './input-problem.ts'

test.for<[given: object, sentence: string]>([
  [{}, 'Required'],
  [{ label: 7 }, 'Must be a string'],
  [{ label: 'a', environment: 'prod' }, 'Must be one of development, staging, production'],
  [{ label: 'a', scopes: 'b' }, 'Must be a list'],
  [{ label: 'a', rateLimitPerMinute: 1.5 }, 'Must be a whole number'],
  [{ label: 'a', rateLimitPerMinute: 0 }, 'Must be at least 1'],
  [{ label: 'a', rateLimitPerMinute: 1e7 }, 'Must be at most 1,000,000'],
  [{ label: 'a', scopes: ['b'.repeat(101)] }, 'Must be at most 100 characters'],
])('%j has the problem: %s', ([given, sentence]) => {
  const { error } = IssueKeyInput.safeParse(given, { error: inputProblem })
  expect(error?.issues.map(({ message }) => message)).toEqual([sentence])
})

test('a rule with a sentence of its own keeps it', () => {
  const { error } = z.string().min(2, 'Too short').safeParse('', { error: inputProblem })
  expect(error?.issues[0]?.message).toBe('Too short')
})
