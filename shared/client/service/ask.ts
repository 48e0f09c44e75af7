// Asks the service for one verdict; what both kinds of client do.
import type { VerifyResult } from '../../src/verification/verdict.ts'
import type { Question, Unavailable, Verdict } from '../verifier.ts'
import { VerifyConfigurationError } from './configuration-error.ts'
import { assertTimeout, connectionTo, type ConnectionOptions } from './connection.ts'
import { exchange } from './exchange.ts'
import { reporterOf, type Incident } from './incidents.ts'
import { readQuestion } from './question.ts'
import { readAnswer, type Answer } from './read-answer.ts'
import { isRefusal, readVerdict } from './read-verdict.ts'

const DEFAULT_TIMEOUT_MS = 2000
/** The body that the service takes. */
const MAX_BODY_BYTES = 64 * 1024

export type AskOptions = ConnectionOptions & {
  /** While no verdict can be had, `deny` refuses every key and `allow` lets each pass unjudged. */
  onUnavailable: 'deny' | 'allow'
  /** For a whole question, second attempt included; 2000 when absent. */
  timeoutMs?: number
  /**
   * Called with each incident; without it the console is, once a minute at most of each type. What it
   * throws is dropped.
   */
  report?: (incident: Incident) => void
}

/** A verdict, and the whole JSON of the answer that it was read from, where there was one. */
export type Asked = { verdict: Verdict; json: unknown }

/** @param more fields that are sent beside the question */
export type Ask = (
  key: string,
  question: Question,
  more?: Record<string, unknown>,
) => Promise<Asked>

/** @throws {VerifyConfigurationError} for an option that cannot work */
export function askWith(options: AskOptions): Ask {
  const { onUnavailable, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const report = reporterOf(options.report)
  const post = connectionTo(options)
  if (onUnavailable !== 'deny' && onUnavailable !== 'allow')
    throw new VerifyConfigurationError("onUnavailable must be 'deny' or 'allow'")
  assertTimeout(timeoutMs)

  function conclude(answer: Answer): VerifyResult | Unavailable {
    if (answer.type === 'refused') {
      const message = messageOf(answer.status, answer.code)
      report({ type: 'misconfigured', message })
      throw new VerifyConfigurationError(message)
    }
    const json = answer.type === 'body' ? answer.json : undefined
    const verdict = readVerdict(json)
    if (verdict !== undefined) return verdict
    const reason = answer.type === 'unavailable' ? answer.reason : 'BAD_ANSWER'
    // A no in words that are new is a no, whatever outages do.
    const decision = isRefusal(json) ? 'deny' : onUnavailable
    report({ type: 'unavailable', reason, decision })
    return { valid: decision === 'allow', code: 'UNAVAILABLE', reason }
  }

  return async (key, question, more) => {
    if (typeof key !== 'string') throw new VerifyConfigurationError('The question is wrong in key')
    const body = JSON.stringify({ key, ...readQuestion(question), ...more })
    // Too long to be asked about, so nobody can have been given it.
    if (new TextEncoder().encode(body).length > MAX_BODY_BYTES)
      return { verdict: { valid: false, code: 'NOT_FOUND', source: 'service' }, json: undefined }
    const { received, retriedAfter } = await exchange(
      (signal) => post('/api/auth/verify', body, signal),
      timeoutMs,
    )
    const mayBeCountedTwice = retriedAfter === 'LOST' && question.cost !== 0
    if (retriedAfter !== undefined) report({ type: 'retried', mayBeCountedTwice })
    const answer = readAnswer(received)
    const verdict: Verdict = {
      ...conclude(answer),
      source: 'service',
      ...(mayBeCountedTwice && { mayBeCountedTwice }),
    }
    return { verdict, json: answer.type === 'body' ? answer.json : undefined }
  }
}

function messageOf(status: number, code: string | undefined): string {
  if (status === 401) return 'The service token is not valid (401)'
  if (status === 403) return 'The service token lacks the scope keys:verify (403)'
  return `The service refuses the question: ${status} ${code}`
}
