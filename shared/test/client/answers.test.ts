// The package reads by hand what the service describes by schemas: both read the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readQuestion } from '../../client/service/question.ts'
import { readVerdict } from '../../client/service/read-verdict.ts'
import { environments } from '../../src/keys/environments.ts'
import { VerifyInput, VerifyResult } from '../../src/schemas/verification/verify.ts'
import { refusalCodes } from '../../src/verification/verdict.ts'

const nearlyAnything = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    2 ** 53,
    '',
    'a',
    [],
    {},
    ['a'],
    [1],
  ),
  fc.jsonValue({ maxDepth: 1 }),
)
/** Good most of the time, so that often just one field is not. */
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: nearlyAnything })

const budget = fc.record(
  {
    limit: mostly(fc.integer()),
    remaining: mostly(fc.integer()),
    resetAt: mostly(fc.string()),
    extra: nearlyAnything,
  },
  { requiredKeys: ['limit', 'remaining'] },
)
const accepted = fc.record(
  {
    valid: mostly(fc.constant(true)),
    code: mostly(fc.constant('VALID')),
    keyId: mostly(fc.string()),
    organizationId: mostly(fc.string()),
    label: mostly(fc.string()),
    environment: mostly(fc.constantFrom(...environments)),
    scopes: mostly(fc.array(fc.string(), { maxLength: 3 })),
    expiresAt: mostly(fc.option(fc.string())),
    rateLimit: mostly(budget),
    extra: nearlyAnything,
  },
  { requiredKeys: ['valid', 'code', 'keyId', 'organizationId', 'scopes', 'rateLimit'] },
)
const refused = fc.record(
  {
    valid: mostly(fc.constant(false)),
    code: mostly(fc.constantFrom(...refusalCodes)),
    rateLimit: mostly(budget),
    extra: nearlyAnything,
  },
  { requiredKeys: ['valid', 'code'] },
)

test('a verdict is read as its schema reads it', () => {
  let good = 0
  fc.assert(
    fc.property(fc.oneof(accepted, refused, nearlyAnything), (json) => {
      const expected = VerifyResult.safeParse(json).data
      if (expected !== undefined) good++
      expect(readVerdict(json)).toEqual(expected)
    }),
    { numRuns: 5000 },
  )
  expect(good).toBeGreaterThan(500)
})

const question = fc.record(
  {
    scopes: mostly(fc.array(fc.constantFrom('a', 'a:b', 'NO', 'x'.repeat(101)), { maxLength: 3 })),
    ip: mostly(fc.constantFrom('203.0.113.7', '[::1]:443', 'fe80::1%eth0', '::ffff:1.2.3.4', 'x')),
    cost: mostly(fc.constantFrom(0, 1, 1000, 1001, -1, 0.5, Number.NaN)),
  },
  { requiredKeys: [] },
)

test('a question is checked as its schema checks it', () => {
  const read = (asked: object) => {
    try {
      return JSON.stringify({ key: '', ...readQuestion(asked) })
    } catch {
      return undefined
    }
  }
  let good = 0
  fc.assert(
    fc.property(question, (asked) => {
      const expected = VerifyInput.safeParse({ key: '', ...asked })
      if (expected.success) good++
      const { scopes, ip, cost } = expected.data ?? {}
      expect(read(asked)).toBe(
        expected.success ? JSON.stringify({ key: '', scopes, ip, cost }) : undefined,
      )
    }),
    { numRuns: 3000 },
  )
  expect(good).toBeGreaterThan(300)
  expect(read({ scopes: Array(51).fill('a') })).toBe(undefined)
  expect(read({ scopes: Array(50).fill('a') })).not.toBe(undefined)
})
