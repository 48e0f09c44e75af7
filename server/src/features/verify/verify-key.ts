import type { Budget, RefusalCode } from '@zentrix/shared/verify.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { decide } from './decide.ts'
import { findKeyByHash, type VerifiedKey } from './verify.store.ts'

export type Presented = {
  secret: string
  scopes: string[]
  ip: string | null
  cost: number
  /** Whose keys the asker may hear about; null means everyone's. */
  organizationIds: string[] | null
}

export type Verdict =
  | { valid: true; key: VerifiedKey; rateLimit: Budget }
  | { valid: false; code: RefusalCode; rateLimit?: Budget }

/**
 * Judges a key from what the database says now. Refusing is an answer, so nothing is thrown but
 * for an outage; an accepted one is counted against its budget and its last use is noted.
 */
export async function verifyKey(ctx: Context, presented: Presented): Promise<Verdict> {
  const { secret, scopes, ip, cost, organizationIds } = presented
  const found = await findKeyByHash(ctx.committed, hashSecret(secret))
  const isForeign =
    found !== undefined &&
    organizationIds !== null &&
    !organizationIds.includes(found.organizationId)
  const key = isForeign ? undefined : found
  const now = ctx.now()
  const refusal = decide(key, { scopes, ip, now })
  if (key === undefined || refusal !== undefined)
    return { valid: false, code: refusal ?? 'NOT_FOUND' }
  const limit = key.rateLimitPerMinute ?? ctx.config.rateLimitPerMinute
  const { accepted, remaining, resetAtMs } = ctx.rateLimiter.take(
    key.id,
    limit,
    cost,
    Date.parse(now),
  )
  const rateLimit = { limit, remaining, resetAt: new Date(resetAtMs).toISOString() }
  if (!accepted) return { valid: false, code: 'RATE_LIMITED', rateLimit }
  if (cost > 0) ctx.uses.recordKeyUse(key.id, { at: now, ip })
  return { valid: true, key, rateLimit }
}
