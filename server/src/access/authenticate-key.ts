import { refusalSentences } from '@zentrix/shared/refusals.ts'
import { addressGroup } from '@zentrix/shared/addresses.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../features/context.ts'
import { equalizeRefusalTime } from '../lib/equalize-refusal-time.ts'
import { RateLimitedError, UnauthorizedError, type AppError } from '../lib/errors.ts'
import { verifyKey } from '../features/verify/verify-key.ts'
import type { KeyPrincipal, RequestTrace } from '../features/principals.ts'
import { ADDRESS_NOT_TOLD } from '../http/requests/client-ip.ts'
import { keyOf } from '../http/requests/credentials.ts'
import { refusalError } from '../features/verify/refusal-error.ts'
import { sendBudget } from '../http/answers/send-budget.ts'

const MAX_REFUSED_PER_MINUTE = 300

/** Judges the API key of a request to the public API, as verify does, at a cost of 1. */
export async function authenticateKey(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  scopes: string[],
  trace: RequestTrace,
): Promise<KeyPrincipal> {
  const key = keyOf(req)
  if (typeof key === 'string') {
    const refusal = new UnauthorizedError(refusalSentences.UNAUTHORIZED, key !== 'none')
    throw await refused(ctx, reply, trace, refusal)
  }
  const startedAt = performance.now()
  const verdict = await verifyKey(ctx, {
    secret: key.text,
    scopes,
    ip: trace.ip,
    cost: 1,
    organizationIds: null,
    requestId: () => req.id,
  })
  if (!verdict.valid) equalizeRefusalTime(startedAt)
  if (verdict.rateLimit) sendBudget(ctx, reply, verdict.rateLimit)
  if (!verdict.valid) {
    const refusal = refusalError(ctx, verdict, scopes, true)
    throw verdict.code === 'RATE_LIMITED' ? refusal : await refused(ctx, reply, trace, refusal)
  }
  const { id, label: name, organizationId } = verdict.key
  return {
    type: 'key-holder',
    id,
    name,
    organizationId,
    key: verdict.key,
    origin: req.headers.origin ?? null,
    trace,
  }
}

// Guessing is hopeless, but floods of it are not free: an address that has sent many refused keys,
// for whatever reason, gets a 429. Good keys never come here.
async function refused(
  ctx: Context,
  reply: FastifyReply,
  { ip }: RequestTrace,
  refusal: AppError,
): Promise<AppError> {
  const nowMs = ctx.nowMs()
  const name = `refused/${addressGroup(ip) ?? ADDRESS_NOT_TOLD}`
  const budget = await ctx.rateLimiter.take(name, MAX_REFUSED_PER_MINUTE, 1, nowMs)
  if (budget.accepted) return refusal
  const resetAt = new Date(budget.resetAtMs).toISOString()
  sendBudget(ctx, reply, { limit: MAX_REFUSED_PER_MINUTE, remaining: 0, resetAt })
  return new RateLimitedError(budget.resetAtMs, nowMs)
}
