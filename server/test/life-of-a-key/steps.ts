import fc from 'fast-check'
import type { KeyFilter } from '@zentrix/shared/schemas/keys.ts'

/** Fields of a body; an absent one is kept or left to its default, null clears. */
export type Fields = {
  label?: string | null
  environment?: string | null
  scopes?: string[] | null
  allowedIps?: string[] | null
  rateLimitPerMinute?: number | null
  /** From now on. */
  expiresInSeconds?: number | null
  enabled?: boolean | null
}

/** The position of a key among those made so far; NOBODY stands for no key. */
export type KeyAt = number
export const NOBODY = -1

/** The Idempotency-Key to send, one of two, or none. */
export type Attempt = 'a' | 'b' | undefined

export type Step =
  | { kind: 'issue'; fields: Fields; attempt: Attempt }
  | { kind: 'patch'; key: KeyAt; fields: Fields }
  | { kind: 'rotate'; key: KeyAt; overlapSeconds?: number | null; attempt: Attempt }
  | { kind: 'revoke'; key: KeyAt; reason?: string | null }
  | {
      kind: 'revoke-many'
      filter: ManyFilter
      reason?: string | null
      dryRun: boolean
      miscount: boolean
    }
  | { kind: 'policy'; change: PolicyChange }
  | { kind: 'wait'; seconds: number }
  | { kind: 'verify'; key: KeyAt; scopes: string[]; ip?: string; cost?: number }
  | { kind: 'read'; key: KeyAt }
  | { kind: 'list'; status: KeyFilter }

/** Conditions of a key; moments are so many seconds ago. */
export type ManyFilter = {
  environment?: string
  createdBeforeSeconds?: number
  unusedSinceSeconds?: number
  keys?: KeyAt[]
}

/** Parts of a policy; an absent one is kept, null asks nothing. */
export type PolicyChange = {
  maxLifetimeDays?: number | null
  requireAllowedIps?: boolean | null
  requireScopes?: boolean | null
}

/** Addresses to ask from, by the entry of a list that allows them. */
export const addresses: Record<string, string[]> = {
  '10.0.0.0/8': ['10.1.2.3', '::ffff:10.1.2.3'],
  '203.0.113.7': ['203.0.113.7'],
  '2001:db8::/32': ['2001:db8::1'],
}

// Few moments, so that ends and questions often meet to the millisecond.
const SECONDS = [1, 30, 59, 60, 600, 3600]
const LONG_SECONDS = [7200, 86_400]

const key = fc.oneof(
  { weight: 6, arbitrary: fc.nat(2) },
  { weight: 6, arbitrary: fc.nat(12) },
  { weight: 1, arbitrary: fc.constant(NOBODY) },
)
const attempt = fc.constantFrom<Attempt[]>(undefined, 'a', 'b')

const values = {
  environment: fc.constantFrom('development', 'production'),
  scopes: fc.subarray(['read', 'write', 'widget:token'], { minLength: 1, maxLength: 2 }),
  allowedIps: fc.subarray(Object.keys(addresses), { maxLength: 2 }),
  rateLimitPerMinute: fc.constantFrom(0, 1, 2, 3, 3, 5),
  expiresInSeconds: fc.constantFrom(-1, 0, ...SECONDS, ...LONG_SECONDS, ...LONG_SECONDS),
}
const label = fc.constantFrom('Shop', ' Shop ', 'Server', '')

const newFields: fc.Arbitrary<Fields> = fc
  .record(withNull(values), { requiredKeys: [] })
  .chain((rest) => label.map((it) => ({ label: it || 'Shop', ...rest })))

const changedFields: fc.Arbitrary<Fields> = fc.oneof(
  fc.record(withNull({ label, ...values, enabled: fc.boolean() }), { requiredKeys: [] }),
  fc.record({ enabled: fc.boolean() }),
  fc.record({ expiresInSeconds: fc.option(fc.constantFrom(...SECONDS)) }),
)

/** Each of them may be null as well. */
function withNull<T extends Record<string, fc.Arbitrary<unknown>>>(
  arbitraries: T,
): { [Name in keyof T]: fc.Arbitrary<(T[Name] extends fc.Arbitrary<infer V> ? V : never) | null> } {
  return Object.fromEntries(
    Object.entries(arbitraries).map(([name, it]) => [name, fc.option(it, { freq: 4 })]),
  ) as never
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('issue'), fields: newFields, attempt }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('patch'), key, fields: changedFields }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('rotate'),
        key,
        overlapSeconds: fc.constantFrom(0, 0, ...SECONDS, 2_592_000, 2_592_001, -1, 0.5, null),
        attempt,
      },
      { requiredKeys: ['kind', 'key', 'attempt'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { kind: fc.constant('revoke'), key, reason: fc.constantFrom(null, 'Committed') },
      { requiredKeys: ['kind', 'key'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        kind: fc.constant('revoke-many'),
        filter: fc.record(
          {
            environment: fc.constantFrom('development', 'production'),
            createdBeforeSeconds: fc.constantFrom(-1, 0, ...SECONDS),
            unusedSinceSeconds: fc.constantFrom(-1, 0, ...SECONDS),
            keys: fc.array(key, { maxLength: 4 }),
          },
          { requiredKeys: [] },
        ),
        reason: fc.constantFrom(null, 'Stolen'),
        dryRun: fc.boolean(),
        miscount: fc.constantFrom(false, false, false, true),
      },
      { requiredKeys: ['kind', 'filter', 'dryRun', 'miscount'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('policy'),
      change: fc.record(
        {
          maxLifetimeDays: fc.constantFrom(null, 1, 2),
          requireAllowedIps: fc.constantFrom(null, false, false, true),
          requireScopes: fc.constantFrom(null, false, false, true),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait'), seconds: fc.constantFrom(...SECONDS) }),
  },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        kind: fc.constant('verify'),
        key,
        scopes: fc.oneof(fc.constant<string[]>([]), fc.subarray(['read', 'write'])),
        ip: fc.constantFrom(...Object.values(addresses).flat(), '192.0.2.1'),
        cost: fc.constantFrom(0, 1, 2, 3, 100, 1001),
      },
      { requiredKeys: ['kind', 'key', 'scopes'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read'), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('list'),
      status: fc.constantFrom<KeyFilter[]>('active', 'revoked', 'expired', 'all'),
    }),
  },
)

const MAX_STEPS = 30

/** Steps that change and use an organization's keys; some are repeated, as after a lost answer. */
export const steps: fc.Arbitrary<Step[]> = fc
  .array(fc.tuple(step, fc.constantFrom(1, 1, 2)), {
    minLength: 1,
    maxLength: MAX_STEPS,
    size: 'max',
  })
  .map((taken) => taken.flatMap(([one, times]) => Array.from({ length: times }, () => one)))
