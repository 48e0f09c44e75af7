// One question over HTTP: when it is asked again, how long it may take, what the answer means.
import * as z from 'zod'
import { ApiError } from '../../src/schemas/errors.ts'
import { VerifyResult } from '../../src/schemas/verify.ts'
import type { VerifyResult as Result } from '../../src/verdict.ts'
import { connectionFailureOf, type ConnectionFailure } from './connection-failure.ts'

/**
 * - `TIMEOUT`: no complete answer in time.
 * - `NO_CONNECTION`: there was no connection, or it was lost, and so with the second attempt.
 * - `BAD_ANSWER`: what answered is not the service, or speaks as the contract does not.
 * - `HTTP_…`: the status of an answer without a verdict, such as `HTTP_503`.
 */
export type UnavailableReason = 'TIMEOUT' | 'NO_CONNECTION' | 'BAD_ANSWER' | `HTTP_${number}`

export type Answer =
  | { type: 'verdict'; verdict: Result }
  /** The service refuses the token or the question; the message repeats nothing of either. */
  | { type: 'misconfigured'; message: string }
  /** `isRefusal`: the service said no, in words that this client does not know. */
  | { type: 'unavailable'; reason: UnavailableReason; isRefusal: boolean }

export type Exchange = {
  answer: Answer
  /** Why the question was asked a second time, if it was. */
  retriedAfter: ConnectionFailure | undefined
}

/** Sends the question; what it resolves with is the head of an answer. */
export type Send = (signal: AbortSignal) => Promise<{ status: number; text: () => Promise<string> }>

/**
 * Asks, and asks once more if the connection failed before an answer began.
 *
 * Asking is not idempotent: it takes the cost from the key's budget. So nothing is asked again
 * after an answer has begun, however bad, nor after a timeout, when the service may be slow
 * because it is busy with the first question. A connection that was refused has carried nothing.
 * One that was lost almost always was a kept-alive one which the service had closed, as at each
 * of its restarts; to give up there would fail good requests at every deployment. Should the
 * service have counted the first question nevertheless, the key has a little less for the rest of
 * the minute, never more, and the verdict says that it may be so.
 *
 * @param timeoutMs for everything, second attempt included
 */
export async function exchange(send: Send, timeoutMs: number): Promise<Exchange> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  const { signal } = deadline
  let retriedAfter: ConnectionFailure | undefined
  try {
    const first = await attempt(send, signal)
    if ('failure' in first && first.failure !== undefined && !signal.aborted)
      retriedAfter = first.failure
    const last = retriedAfter === undefined ? first : await attempt(send, signal)
    if ('failure' in last)
      return { answer: unavailable(signal.aborted ? 'TIMEOUT' : 'NO_CONNECTION'), retriedAfter }
    return { answer: readAnswer(last.status, await last.text()), retriedAfter }
  } catch {
    // The answer had begun and then broke off.
    return { answer: unavailable(signal.aborted ? 'TIMEOUT' : 'BAD_ANSWER'), retriedAfter }
  } finally {
    clearTimeout(timer)
  }
}

async function attempt(send: Send, signal: AbortSignal) {
  try {
    return await send(signal)
  } catch (error) {
    return { failure: connectionFailureOf(error) }
  }
}

// Proxies answer with these in the service's stead, and the service when it is overrun.
const passing = [408, 425, 429]

function readAnswer(status: number, text: string): Answer {
  if (status === 200) return readVerdict(text)
  if (status === 401)
    return { type: 'misconfigured', message: 'The service token is not valid (401)' }
  if (status === 403)
    return { type: 'misconfigured', message: 'The service token lacks the scope keys:verify (403)' }
  const isOurFault = status >= 400 && status < 500 && !passing.includes(status)
  // Without the contract's shape it is not the service that speaks, but something before it.
  const error = isOurFault ? ApiError.safeParse(parseJson(text)).data : undefined
  if (error !== undefined)
    return {
      type: 'misconfigured',
      message: `The service refuses the question: ${status} ${error.code}`,
    }
  return unavailable(`HTTP_${status}`)
}

const AnyRefusal = z.object({ valid: z.literal(false) })

function readVerdict(text: string): Answer {
  const json = parseJson(text)
  const verdict = VerifyResult.safeParse(json)
  if (verdict.success) return { type: 'verdict', verdict: verdict.data }
  return unavailable('BAD_ANSWER', AnyRefusal.safeParse(json).success)
}

function unavailable(reason: UnavailableReason, isRefusal = false): Answer {
  return { type: 'unavailable', reason, isRefusal }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
