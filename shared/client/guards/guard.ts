// A guard, independent of its framework: which key a request presents, and how the verdict on
// it is answered (contract, section 2).
import { presentedKey } from '../../src/credential-headers.ts'
import {
  budgetHeaders,
  BUDGET_SECONDS,
  challenge,
  refusalSentences,
  scopeChallenge,
} from '../../src/refusals.ts'
import { errorStatuses } from '../../src/error-codes.ts'
import { readIpAddress } from '../../src/addresses.ts'
import type { Budget, VerifyAccepted } from '../../src/verification/verdict.ts'
import { VerifyConfigurationError } from '../service/configuration-error.ts'
import { readQuestion } from '../service/question.ts'
import type { GuardClient, Question, Verdict } from '../verifier.ts'

/** Whom the key of a request stands for. */
export type ApiKeyPrincipal = Omit<VerifyAccepted, 'valid' | 'code'>

/**
 * Options for guards of every framework.
 *
 * @template Req what the framework gives to a handler: its request, or Hono's context
 */
export type GuardOptions<Req> = {
  /** All of these must be allowed to the key. */
  scopes?: readonly string[]
  /** The cost of a request in the budget of the key's minute, 0 to 1000; 1 when absent. */
  cost?: number
  /**
   * Where a request comes from, for keys that have allowed addresses. Without it the peer of the
   * socket counts, which nobody can feign; behind a proxy that is the proxy. There, give what the
   * framework makes of `X-Forwarded-For` once it has been told, by number or by address, which
   * proxies to believe: one that believes everybody lets callers choose their address. What is no
   * address counts as unknown, and keys that have allowed addresses are refused.
   */
  clientIp?: (req: Req) => string | undefined
  /** The id that a refusal names; without it the `X-Request-Id` that came. Else a new one. */
  requestId?: (req: Req) => string
}

/** The parts of a request that a guard reads. */
export type GuardedRequest = {
  /** A header by its lower-case name; one that came twice is both values, joined by a comma. */
  header: (name: string) => string | undefined
  ip: string | undefined
  /** The id that the service itself gives to it, if it does. */
  requestId: (() => string) | undefined
}

/** Of every refusal. */
type RefusalStatus = (typeof errorStatuses)[keyof typeof refusalSentences]

/**
 * The decision on a request. One that passes has no principal if no verdict could be had
 * and the client allows that.
 */
export type GuardOutcome =
  | { passes: true; apiKey: ApiKeyPrincipal | undefined; headers: Record<string, string> }
  | { passes: false; status: RefusalStatus; headers: Record<string, string>; body: string }

/**
 * A guard answers without a promise where the client gives a verdict at once.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be, as it is made
 */
export function makeGuard(
  client: GuardClient,
  { scopes = [], cost }: { scopes?: readonly string[]; cost?: number },
): (req: GuardedRequest) => GuardOutcome | Promise<GuardOutcome> {
  readQuestion({ scopes, cost })
  return (req) => {
    const key = presentedKey(req.header('authorization'), req.header('x-api-key'))
    if (key === 'none') return refuse('UNAUTHORIZED', req, { 'WWW-Authenticate': challenge(false) })
    if (key === 'unusable') return refuseKey(req)
    const question = { scopes, cost, ip: readIpAddress(req.ip ?? '') ?? undefined }
    const verdict = client.verifyNow?.(key.text, question)
    if (verdict !== undefined) return outcomeOf(verdict, scopes, req)
    return ask(client, key.text, question).then((asked) => outcomeOf(asked, scopes, req))
  }
}

async function ask(client: GuardClient, key: string, question: Question): Promise<Verdict> {
  try {
    return await client.verify(key, question)
  } catch (error) {
    // The client has reported it. Callers can do nothing about it and are told no more than that.
    if (error instanceof VerifyConfigurationError)
      return { valid: false, code: 'UNAVAILABLE', reason: 'BAD_ANSWER', source: 'service' }
    throw error
  }
}

function outcomeOf(verdict: Verdict, scopes: readonly string[], req: GuardedRequest): GuardOutcome {
  const nowMs = Date.now()
  const budget = 'rateLimit' in verdict ? verdict.rateLimit : undefined
  const headers = budget === undefined ? {} : budgetHeaders(budget, secondsLeft(budget, nowMs))
  if (verdict.valid) {
    const apiKey = verdict.code === 'VALID' ? principalOf(verdict) : undefined
    // X-API-Key, unlike Authorization, does not by itself keep an answer out of shared caches.
    return { passes: true, apiKey, headers: { 'Cache-Control': 'no-store', ...headers } }
  }
  switch (verdict.code) {
    case 'NOT_FOUND':
    case 'REVOKED':
    case 'EXPIRED':
    case 'DISABLED':
      return refuseKey(req)
    case 'INSUFFICIENT_SCOPE':
      return refuse(verdict.code, req, { 'WWW-Authenticate': scopeChallenge(scopes) })
    case 'RATE_LIMITED': {
      const retryAfter = Math.max(1, secondsLeft(budget, nowMs))
      headers['Retry-After'] = String(retryAfter)
      return refuse(verdict.code, req, headers, { retryAfter })
    }
    case 'IP_NOT_ALLOWED':
    case 'UNAVAILABLE':
      return refuse(verdict.code, req)
  }
}

/** Unknown, revoked, expired and disabled keys look the same from outside. */
function refuseKey(req: GuardedRequest): GuardOutcome {
  return refuse('UNAUTHORIZED', req, { 'WWW-Authenticate': challenge(true) })
}

function refuse(
  code: keyof typeof refusalSentences,
  req: GuardedRequest,
  headers: Record<string, string> = {},
  more: { retryAfter?: number } = {},
): GuardOutcome {
  const requestId = requestIdFrom(req.requestId?.() ?? req.header('x-request-id'))
  const body = { error: refusalSentences[code], code, requestId, ...more }
  return {
    passes: false,
    status: errorStatuses[code],
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      ...headers,
    },
    body: JSON.stringify(body),
  }
}

function principalOf(accepted: VerifyAccepted): ApiKeyPrincipal {
  const { keyId, organizationId, label, environment, scopes, expiresAt, rateLimit } = accepted
  return { keyId, organizationId, label, environment, scopes, expiresAt, rateLimit }
}

// All budgets end with the minute, so that requests which follow each other name the same moment.
let lastMoment = { text: '', ms: Number.NaN }

function readMoment(text: string): number {
  if (lastMoment.text !== text) lastMoment = { text, ms: Date.parse(text) }
  return lastMoment.ms
}

// The clock here may differ from the service's, whose budgets end with the minute.
function secondsLeft(budget: Budget | undefined, nowMs: number): number {
  const left = Math.ceil((readMoment(budget?.resetAt ?? '') - nowMs) / 1000)
  return Number.isNaN(left) ? BUDGET_SECONDS : Math.min(BUDGET_SECONDS, Math.max(0, left))
}

const acceptableId = /^[A-Za-z0-9_.-]{1,64}$/
const secretLike = /nas(?:svc)?_|eyJ/i

function requestIdFrom(given: string | undefined): string {
  if (given !== undefined && acceptableId.test(given) && !secretLike.test(given)) return given
  return `req_${crypto.randomUUID().replaceAll('-', '')}`
}
