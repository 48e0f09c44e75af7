// A guard, independent of its framework: which key a request presents, and how the verdict on
// it is answered (contract, section 2).
import { presentedKey } from '../../src/credential-headers.ts'
import {
  budgetHeaders,
  budgetLeft,
  budgetPolicy,
  BUDGET_SECONDS,
  challenge,
  refusalSentences,
  scopeChallenge,
} from '../../src/refusals.ts'
import { errorStatuses } from '../../src/error-codes.ts'
import type { Budget, VerifyAccepted } from '../../src/verification/verdict.ts'
import { VerifyConfigurationError } from '../service/configuration-error.ts'
import { questionFrom, readQuestion } from '../service/question.ts'
import type { GuardClient, Question, Unavailable, Verdict } from '../verifier.ts'

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

/** How a guard reads the requests of a framework. */
export type RequestReader<Req> = {
  /** A header by its lower-case name; one that came twice is both values, joined by a comma. */
  header: (req: Req, name: string) => string | undefined
  /** The address at the other end of the socket. */
  peerIp: (req: Req) => string | undefined
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
 * A guard answers without a promise where the client gives a verdict at once. That is done for every
 * request that a leased verifier judges, so as little as can be is made on the way.
 *
 * @throws {VerifyConfigurationError} for scopes or a cost that cannot be, as it is made
 */
export function makeGuard<Req>(
  client: GuardClient,
  { scopes = [], cost, clientIp, requestId }: GuardOptions<Req>,
  { header, peerIp }: RequestReader<Req>,
): (req: Req) => GuardOutcome | Promise<GuardOutcome> {
  const checked = readQuestion({ scopes, cost })
  const ipOf = clientIp ?? peerIp
  let lastIp: string | undefined
  let lastQuestion = questionFrom(checked, lastIp)

  /** Requests that follow each other mostly come from the same proxy or peer. */
  function questionOf(ip: string | undefined): Question {
    if (ip === lastIp) return lastQuestion
    lastQuestion = questionFrom(checked, ip)
    lastIp = ip
    return lastQuestion
  }

  function outcomeOf(verdict: Verdict, req: Req): GuardOutcome {
    if (verdict.valid) return pass(verdict)
    const id = idOf(req)
    switch (verdict.code) {
      case 'NOT_FOUND':
      case 'REVOKED':
      case 'EXPIRED':
      case 'DISABLED':
        return refuse('UNAUTHORIZED', id, { 'www-authenticate': challenge(true) })
      case 'INSUFFICIENT_SCOPE':
        return refuse(verdict.code, id, { 'www-authenticate': scopeChallenge(scopes) })
      case 'RATE_LIMITED':
        return refuseForNow(verdict.rateLimit, id)
      case 'IP_NOT_ALLOWED':
      case 'UNAVAILABLE':
        return refuse(verdict.code, id)
    }
  }

  const idOf = (req: Req) => requestIdFrom(requestId?.(req) ?? header(req, 'x-request-id'))

  return (req) => {
    const key = presentedKey(header(req, 'authorization'), header(req, 'x-api-key'))
    if (key === 'none' || key === 'unusable') {
      const challenged = { 'www-authenticate': challenge(key === 'unusable') }
      return refuse('UNAUTHORIZED', idOf(req), challenged)
    }
    const question = questionOf(ipOf(req))
    const verdict = client.verifyNow?.(key.text, question)
    if (verdict !== undefined) return outcomeOf(verdict, req)
    return ask(client, key.text, question).then((asked) => outcomeOf(asked, req))
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

function pass(verdict: VerifyAccepted | Unavailable): GuardOutcome {
  // X-API-Key, unlike Authorization, does not by itself keep an answer out of shared caches.
  if (verdict.code !== 'VALID')
    return { passes: true, apiKey: undefined, headers: { 'cache-control': 'no-store' } }
  const { rateLimit } = verdict
  const headers = {
    'ratelimit-policy': budgetPolicy(rateLimit.limit),
    ratelimit: budgetLeft(rateLimit.remaining, secondsLeft(rateLimit)),
    'cache-control': 'no-store',
  }
  return { passes: true, apiKey: principalOf(verdict), headers }
}

function refuseForNow(budget: Budget | undefined, requestId: string): GuardOutcome {
  const seconds = secondsLeft(budget)
  const retryAfter = Math.max(1, seconds)
  const headers = budget === undefined ? {} : budgetHeaders(budget, seconds)
  headers['retry-after'] = String(retryAfter)
  return refuse('RATE_LIMITED', requestId, headers, { retryAfter })
}

function refuse(
  code: keyof typeof refusalSentences,
  requestId: string,
  headers: Record<string, string> = {},
  more: { retryAfter?: number } = {},
): GuardOutcome {
  const body = { error: refusalSentences[code], code, requestId, ...more }
  return {
    passes: false,
    status: errorStatuses[code],
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': requestId,
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
function secondsLeft(budget: Budget | undefined): number {
  const left = Math.ceil((readMoment(budget?.resetAt ?? '') - Date.now()) / 1000)
  return Number.isNaN(left) ? BUDGET_SECONDS : Math.min(BUDGET_SECONDS, Math.max(0, left))
}

const acceptableId = /^[A-Za-z0-9_.-]{1,64}$/
const secretLike = /nas(?:svc)?_|eyJ/i

function requestIdFrom(given: string | undefined): string {
  if (given !== undefined && acceptableId.test(given) && !secretLike.test(given)) return given
  return `req_${crypto.randomUUID().replaceAll('-', '')}`
}
