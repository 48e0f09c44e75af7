// How the service refuses a key, and how guards in other services do: in the same words and headers.
// Free of zod and of platform APIs.
import type { ErrorCode } from './error-codes.ts'
import type { Budget } from './verification/verdict.ts'

export const refusalSentences = {
  UNAUTHORIZED: 'Invalid API key',
  INSUFFICIENT_SCOPE: 'The credential lacks a scope that this needs',
  IP_NOT_ALLOWED: 'This key may not be used from this address',
  RATE_LIMITED: 'Rate limit exceeded',
  UNAVAILABLE: 'The service cannot answer right now',
} satisfies Partial<Record<ErrorCode, string>>

const REALM = 'Bearer realm="nas"'

/**
 * The `WWW-Authenticate` of a 401.
 *
 * @param hadCredential whether the request held a credential that is not good
 * @see RFC 6750 §3.1
 */
export function challenge(hadCredential: boolean): string {
  return hadCredential ? `${REALM}, error="invalid_token"` : REALM
}

/** The `WWW-Authenticate` for a credential that lacks one of these scopes. @see RFC 6750 §3 */
export function scopeChallenge(scopes: readonly string[]): string {
  return `${REALM}, error="insufficient_scope", scope="${scopes.join(' ')}"`
}

/** Every budget is for one minute. */
export const BUDGET_SECONDS = 60

/**
 * By lower-case names, which frameworks take as they are.
 *
 * @see draft-ietf-httpapi-ratelimit-headers §4, §5
 */
export function budgetHeaders(
  { limit, remaining }: Pick<Budget, 'limit' | 'remaining'>,
  secondsLeft: number,
): Record<string, string> {
  return {
    'ratelimit-policy': budgetPolicy(limit),
    ratelimit: budgetLeft(remaining, secondsLeft),
  }
}

// Most keys have the same limit.
let lastPolicy = { limit: Number.NaN, text: '' }

/** The value of `RateLimit-Policy`. */
export function budgetPolicy(limit: number): string {
  if (lastPolicy.limit !== limit)
    lastPolicy = { limit, text: `"default";q=${limit};w=${BUDGET_SECONDS}` }
  return lastPolicy.text
}

/** The value of `RateLimit`. */
export function budgetLeft(remaining: number, secondsLeft: number): string {
  return `"default";r=${remaining};t=${secondsLeft}`
}
