import type { RefusalCode } from '@zentrix/shared/schemas/verify.ts'
import { hasPassed } from '../../lib/has-passed.ts'
import { isAllowedIp } from './is-allowed-ip.ts'
import type { VerifiedKey } from './verify.store.ts'

export type Question = {
  /** Scopes that must all be allowed to the key. */
  scopes: string[]
  /** The address that presented the key; null when the asking service does not know it. */
  ip: string | null
  nowMs: number
}

/**
 * Why a key is refused, or undefined when everything but its budget allows it. Pure: the order of
 * the refusals is the contract's, and stands only here.
 */
export function decide(
  key: VerifiedKey | undefined,
  { scopes, ip, nowMs }: Question,
): Exclude<RefusalCode, 'RATE_LIMITED'> | undefined {
  if (key === undefined) return 'NOT_FOUND'
  if (key.isRevoked) return 'REVOKED'
  if (hasPassed(key.expiresAt, nowMs)) return 'EXPIRED'
  if (key.isDisabled) return 'DISABLED'
  if (!isAllowedIp(key.allowedIps, ip)) return 'IP_NOT_ALLOWED'
  if (key.scopes.length > 0 && !scopes.every((scope) => key.scopes.includes(scope)))
    return 'INSUFFICIENT_SCOPE'
  return undefined
}
