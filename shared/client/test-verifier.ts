// The entry `@zentrix/api-keys/testing`: judges keys of a test's choosing, by the rules of the
// service, without any network.
import { readAddressBlock } from '../src/addresses.ts'
import { decide } from '../src/verification/decide.ts'
import type { Environment } from '../src/keys/environments.ts'
import { MAX_RATE_LIMIT_PER_MINUTE } from '../src/limits.ts'
import { isScope } from '../src/scopes.ts'
import { MINUTE_MS, toMoment } from '../src/moment.ts'
import type { Budget, VerifyResult } from '../src/verification/verdict.ts'
import { VerifyConfigurationError } from './service/configuration-error.ts'
import { readQuestion } from './service/question.ts'
import type { Question, Verdict, Verifier } from './verifier.ts'

/** A key that exists in a test alone; it may be any text. What is left out is as for a new key. */
export type TestKey = {
  key: string
  organizationId: string
  keyId?: string
  label?: string
  /** `production` when absent. */
  environment?: Environment
  /** An empty list, or none, allows everything. */
  scopes?: readonly string[]
  /** Addresses and CIDR blocks; an empty list, or none, allows any. */
  allowedIps?: readonly string[]
  /** 1,000,000 when absent, so that no test meets it by accident. */
  rateLimitPerMinute?: number
  expiresAt?: string | null
  enabled?: boolean
}

export type TestVerifierOptions = {
  keys: readonly TestKey[]
  /** The answer for keys during an outage; `deny` when absent. */
  onUnavailable?: 'deny' | 'allow'
}

export type TestVerifier = Verifier & {
  /** Ends a key for good: the next question finds it revoked. */
  revoke(key: string): void
  /** Begins or ends an outage, during which there are no verdicts. */
  setOutage(isOutage: boolean): void
}

type State = { settings: Required<TestKey>; isRevoked: boolean; minute: number; taken: number }

/** @throws {VerifyConfigurationError} for keys that the service could not have */
export function createTestVerifier(options: TestVerifierOptions): TestVerifier {
  const { onUnavailable = 'deny' } = options
  const states = new Map(options.keys.map((key, index) => [key.key, stateOf(key, index)] as const))
  let isOutage = false
  let given = 0

  function judge(key: string, question: Question): VerifyResult {
    const { scopes = [], ip = null, cost = 1 } = readQuestion(question)
    const state = states.get(key)
    const nowMs = Date.now()
    const { expiresAt = null } = state?.settings ?? {}
    const isExpired = expiresAt !== null && Date.parse(expiresAt) <= nowMs
    const refusal = decide(state && factsOf(state), { scopes, ip, isExpired })
    if (state === undefined || refusal !== undefined)
      return { valid: false, code: refusal ?? 'NOT_FOUND' }
    const isTaken = take(state, cost, nowMs)
    const rateLimit = budgetOf(state)
    if (!isTaken) return { valid: false, code: 'RATE_LIMITED', rateLimit }
    const { keyId, organizationId, label, environment } = state.settings
    const whom = { keyId, organizationId, label, environment, expiresAt }
    const allowed = [...state.settings.scopes]
    return { valid: true, code: 'VALID', ...whom, scopes: allowed, rateLimit }
  }

  const verifyNow = (key: string, question: Question = {}): Verdict | undefined => {
    if (isOutage) return undefined
    const verdict = judge(key, question)
    given++
    return { ...verdict, source: 'lease' }
  }

  return {
    verifyNow,
    async verify(key, question) {
      const isAllowed = onUnavailable === 'allow'
      const unavailable = {
        code: 'UNAVAILABLE',
        reason: 'NO_CONNECTION',
        source: 'service',
      } as const
      return verifyNow(key, question) ?? { valid: isAllowed, ...unavailable }
    },
    ready: Promise.resolve(),
    close: () => Promise.resolve(),
    stats: () => ({ isLeased: !isOutage, copies: states.size, fromLease: given, fromService: 0 }),
    revoke(key) {
      const state = states.get(key)
      if (state === undefined) throw new VerifyConfigurationError('There is no such key to revoke')
      state.isRevoked = true
    },
    setOutage: (isNow) => void (isOutage = isNow),
  }
}

function stateOf(key: TestKey, index: number): State {
  const settings: Required<TestKey> = {
    key: key.key,
    organizationId: key.organizationId,
    keyId: key.keyId ?? `key_test${index + 1}`,
    label: key.label ?? `Test key ${index + 1}`,
    environment: key.environment ?? 'production',
    scopes: key.scopes ?? [],
    allowedIps: key.allowedIps ?? [],
    rateLimitPerMinute: key.rateLimitPerMinute ?? MAX_RATE_LIMIT_PER_MINUTE,
    expiresAt: key.expiresAt ?? null,
    enabled: key.enabled ?? true,
  }
  const { scopes, allowedIps, expiresAt } = settings
  const wrong = [
    ...(scopes.every(isScope) ? [] : ['scopes']),
    ...(allowedIps.every((text) => readAddressBlock(text) !== undefined) ? [] : ['allowedIps']),
    ...(expiresAt === null || !Number.isNaN(Date.parse(expiresAt)) ? [] : ['expiresAt']),
  ]
  if (wrong.length > 0)
    throw new VerifyConfigurationError(`keys.${index} is wrong in ${wrong.join(', ')}`)
  return { settings, isRevoked: false, minute: 0, taken: 0 }
}

function factsOf({ settings, isRevoked }: State) {
  const { scopes, allowedIps, enabled } = settings
  return { isRevoked, isDisabled: !enabled, allowedIps, scopes }
}

/** Takes from the budget of the clock minute. To look, at cost 0, something must be left too. */
function take(state: State, cost: number, nowMs: number): boolean {
  const minute = Math.floor(nowMs / MINUTE_MS)
  if (state.minute !== minute) Object.assign(state, { minute, taken: 0 })
  if (state.taken + Math.max(1, cost) > state.settings.rateLimitPerMinute) return false
  state.taken += cost
  return true
}

function budgetOf({ settings, minute, taken }: State): Budget {
  const { rateLimitPerMinute: limit } = settings
  return { limit, remaining: limit - taken, resetAt: toMoment((minute + 1) * MINUTE_MS) }
}
