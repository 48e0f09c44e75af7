import type { Budget, RefusalCode } from '@zentrix/shared/verify.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { whenReady, type MaybePromise } from '../../maybe-promise.ts'
import { decide } from './decide.ts'
import type { VerifiedKey } from './verify.store.ts'

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
export function verifyKey(ctx: Context, presented: Presented): MaybePromise<Verdict> {
  const found = ctx.lookups.key(hashSecret(presented.secret))
  return whenReady(found, (key) => judge(ctx, key, presented))
}

function judge(ctx: Context, found: VerifiedKey | undefined, presented: Presented): Verdict {
  const { scopes, ip, cost, organizationIds } = presented
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
  const budget = ctx.rateLimiter.take(key.id, limit, cost, Date.parse(now))
  const rateLimit = {
    limit,
    remaining: budget.remaining,
    resetAt: new Date(budget.resetAtMs).toISOString(),
  }
  if (!budget.accepted) return { valid: false, code: 'RATE_LIMITED', rateLimit }
  if (cost > 0) ctx.uses.recordKeyUse(key.id, { at: now, ip })
  return { valid: true, key, rateLimit }
}
