import { isAllowedIp } from './is-allowed-ip.ts'
import type { RefusalCode } from './verdict.ts'

/** The facts about a key that decide, apart from its budget and from the time. */
export type DecidingFacts = {
  isRevoked: boolean
  isDisabled: boolean
  /** Empty means any address. */
  allowedIps: readonly string[]
  /** Empty means all scopes. */
  scopes: readonly string[]
}

export type DecidingQuestion = {
  /** Scopes that must all be allowed to the key. */
  scopes: readonly string[]
  /** The address that presented the key; null when the asking service does not know it. */
  ip: string | null
  /** Whether the key's expiry has passed, by the clock of the process that decides. */
  isExpired: boolean
}

/**
 * Why a key is refused, or undefined when everything but its budget allows it. Pure, and the same
 * function in the service and in a verifier with a lease: the order of the refusals is the
 * contract's, and stands only here.
 */
export function decide(
  key: DecidingFacts | undefined,
  { scopes, ip, isExpired }: DecidingQuestion,
): Exclude<RefusalCode, 'RATE_LIMITED'> | undefined {
  if (key === undefined) return 'NOT_FOUND'
  if (key.isRevoked) return 'REVOKED'
  if (isExpired) return 'EXPIRED'
  if (key.isDisabled) return 'DISABLED'
  if (!isAllowedIp(key.allowedIps, ip)) return 'IP_NOT_ALLOWED'
  if (key.scopes.length > 0 && !scopes.every((scope) => key.scopes.includes(scope)))
    return 'INSUFFICIENT_SCOPE'
  return undefined
}
