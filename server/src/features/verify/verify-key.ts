import { decide } from '@zentrix/shared/verification/decide.ts'
import type { Outcome } from '@zentrix/shared/verification/outcomes.ts'
import type { Budget, RefusalCode } from '@zentrix/shared/verification/verdict.ts'
import type { Context } from '../context.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { hasPassed } from '../../lib/has-passed.ts'
import { countVerdict } from '../../lib/metrics.ts'
import type { KeyLookup, VerifiedKey } from './verify.store.ts'

export type Presented = {
  secret: string
  scopes: string[]
  ip: string | null
  cost: number
  /** The organizations that the asking service may ask about; null means all. */
  organizationIds: string[] | null
  /** The id of the request, which is made only where it is needed. */
  requestId: () => string
}

export type Refusal =
  | { valid: false; code: Exclude<RefusalCode, 'RATE_LIMITED'>; rateLimit?: never }
  | { valid: false; code: 'RATE_LIMITED'; rateLimit: Budget }

export type Verdict = { valid: true; key: VerifiedKey; rateLimit: Budget } | Refusal

/**
 * Judges a key by the database as of now. Refusing is an answer, so only an outage throws; an
 * accepted use is counted against the key's budget and noted as its last use.
 */
export function verifyKey(ctx: Context, presented: Presented): MaybePromise<Verdict> {
  return verifyFound(ctx, presented, ctx.lookups.key)
}

/** The same for a key that is looked up in another way. */
export function verifyFound(
  ctx: Context,
  presented: Presented,
  lookUp: KeyLookup,
): MaybePromise<Verdict> {
  const startedAt = performance.now()
  const verdict = whenReady(lookUp(presented.secret), (key) => judge(ctx, key, presented))
  return whenReady(verdict, (judged) => {
    countVerdict(ctx.metrics, codeOf(judged), performance.now() - startedAt)
    return judged
  })
}

function codeOf(verdict: Verdict): Outcome {
  return verdict.valid ? 'VALID' : verdict.code
}

function judge(
  ctx: Context,
  key: VerifiedKey | undefined,
  presented: Presented,
): MaybePromise<Verdict> {
  const { scopes, ip, cost, organizationIds } = presented
  const isForeign = organizationIds !== null && !organizationIds.includes(key?.organizationId ?? '')
  if (key === undefined || isForeign) return { valid: false, code: 'NOT_FOUND' }
  const nowMs = ctx.nowMs()
  const refusal = decide(key, { scopes, ip, isExpired: hasPassed(key.expiresAt, nowMs) })
  return whenReady(withinBudget(ctx, key, refusal, cost, nowMs), (verdict) => {
    // A peek leaves no trace.
    if (cost > 0) note(ctx, key, presented, verdict, nowMs)
    return verdict
  })
}

function note(
  { usage }: Context,
  key: VerifiedKey,
  { ip, scopes, requestId }: Presented,
  verdict: Verdict,
  atMs: number,
): void {
  usage.record(key, codeOf(verdict), atMs, ip)
  if (verdict.valid) return
  const { code } = verdict
  const keyNumber = key.number
  usage.recordRefusal({ keyNumber, atMs, code, ip, requestId: requestId(), scopes })
}

function withinBudget(
  ctx: Context,
  key: VerifiedKey,
  refusal: ReturnType<typeof decide>,
  cost: number,
  nowMs: number,
): MaybePromise<Verdict> {
  if (refusal !== undefined) return { valid: false, code: refusal }
  const limit = limitOf(ctx, key)
  return whenReady(ctx.rateLimiter.take(key.budgetNumber, limit, cost, nowMs), (budget) => {
    const { remaining } = budget
    const rateLimit = { limit, remaining, resetAt: minuteText(budget.resetAtMs) }
    return budget.accepted
      ? { valid: true, key, rateLimit }
      : { valid: false, code: 'RATE_LIMITED', rateLimit }
  })
}

/** How much of a key's budget there is in a minute. */
export function limitOf({ config }: Context, key: VerifiedKey): number {
  return key.rateLimitPerMinute ?? config.rateLimitPerMinute
}

// All answers of a minute name the same end.
let lastMinute = { ms: 0, text: '' }

/** The start of a clock minute as text. */
export function minuteText(ms: number): string {
  if (lastMinute.ms !== ms) lastMinute = { ms, text: new Date(ms).toISOString() }
  return lastMinute.text
}
