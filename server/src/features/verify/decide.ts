import type { RefusalCode } from '@zentrix/shared/schemas/verify.ts'
import { isAllowedIp } from './is-allowed-ip.ts'
import type { VerifiedKey } from './verify.store.ts'

export type Question = {
  /** Scopes that must all be allowed to the key. */
  scopes: string[]
  /** Where the key was presented from; null when the asker does not know. */
  ip: string | null
  nowMs: number
}

/**
 * Why a key is refused, or undefined when all but its budget holds. Pure: the order of the
 * refusals is the contract's, and nothing else decides it.
 */
export function decide(
  key: VerifiedKey | undefined,
  { scopes, ip, nowMs }: Question,
): Exclude<RefusalCode, 'RATE_LIMITED'> | undefined {
  if (key === undefined) return 'NOT_FOUND'
  if (key.isRevoked) return 'REVOKED'
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) return 'EXPIRED'
  if (key.isDisabled) return 'DISABLED'
  if (!isAllowedIp(key.allowedIps, ip)) return 'IP_NOT_ALLOWED'
  if (key.scopes.length > 0 && !scopes.every((scope) => key.scopes.includes(scope)))
    return 'INSUFFICIENT_SCOPE'
  return undefined
}
