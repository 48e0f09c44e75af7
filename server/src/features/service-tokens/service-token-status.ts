import type { ServiceToken } from '@zentrix/shared/schemas/service-tokens.ts'
import { hasPassed } from '../../lib/has-passed.ts'

/** The state of a service token; only an active one is accepted. */
export function serviceTokenStatus(
  { revokedAt, expiresAt }: { revokedAt: string | null; expiresAt: string | null },
  nowMs: number,
): ServiceToken['status'] {
  if (revokedAt !== null) return 'revoked'
  return hasPassed(expiresAt, nowMs) ? 'expired' : 'active'
}
