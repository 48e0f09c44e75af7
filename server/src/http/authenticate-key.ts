import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Budget, RefusalCode } from '@zentrix/shared/verify.ts'
import type { Context } from '../context.ts'
import { AppError, InsufficientScopeError, RateLimitedError, UnauthorizedError } from '../errors.ts'
import { verifyKey } from '../features/verify/verify-key.ts'
import type { KeyPrincipal, RequestTrace } from '../principal.ts'
import { bearerToken } from './bearer-token.ts'
import { addressGroup } from './client-ip.ts'

const MAX_REFUSED_PER_MINUTE = 300

/** Judges the API key of a request to the public API, as verify does, at a cost of 1. */
export async function authenticateKey(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  scopes: string[],
  trace: RequestTrace,
): Promise<KeyPrincipal> {
  const secret = bearerToken(req)
  if (secret === undefined) throw refused(ctx, trace, req.headers.authorization !== undefined)
  const verdict = await verifyKey(ctx, {
    secret,
    scopes,
    ip: trace.ip,
    cost: 1,
    organizationIds: null,
  })
  if (verdict.rateLimit) sendBudget(ctx, reply, verdict.rateLimit)
  if (!verdict.valid) throw toError(ctx, trace, verdict.code, scopes, verdict.rateLimit)
  const { key } = verdict
  return {
    type: 'key-holder',
    id: key.id,
    name: key.label,
    organizationId: key.organizationId,
    key,
    origin: req.headers.origin ?? null,
    trace,
  }
}

function toError(
  ctx: Context,
  trace: RequestTrace,
  code: RefusalCode,
  scopes: string[],
  budget: Budget | undefined,
): AppError {
  switch (code) {
    case 'IP_NOT_ALLOWED':
      return new AppError(code, 'This key may not be used from this address')
    case 'INSUFFICIENT_SCOPE':
      return new InsufficientScopeError(scopes)
    case 'RATE_LIMITED':
      return new RateLimitedError(Date.parse(budget!.resetAt), Date.parse(ctx.now()))
    case 'NOT_FOUND':
    case 'REVOKED':
    case 'EXPIRED':
    case 'DISABLED':
      return refused(ctx, trace, true)
  }
}

// Guessing is hopeless, but floods of it are not free: an address that has sent many bad keys is
// told to slow down. Good keys never come here.
function refused(ctx: Context, { ip }: RequestTrace, hadCredential: boolean): AppError {
  const nowMs = Date.parse(ctx.now())
  const name = `refused/${addressGroup(ip ?? '')}`
  const { accepted, resetAtMs } = ctx.rateLimiter.take(name, MAX_REFUSED_PER_MINUTE, 1, nowMs)
  if (!accepted) return new RateLimitedError(resetAtMs, nowMs)
  return new UnauthorizedError('Invalid API key', hadCredential)
}

/** @see draft-ietf-httpapi-ratelimit-headers §4, §5 */
function sendBudget(
  ctx: Context,
  reply: FastifyReply,
  { limit, remaining, resetAt }: Budget,
): void {
  const secondsLeft = Math.max(0, Math.ceil((Date.parse(resetAt) - Date.parse(ctx.now())) / 1000))
  reply.header('RateLimit-Policy', `"default";q=${limit};w=60`)
  reply.header('RateLimit', `"default";r=${remaining};t=${secondsLeft}`)
}
