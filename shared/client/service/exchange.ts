// One question over HTTP: when it is asked again, and how long it may take.
import { connectionFailureOf, type ConnectionFailure } from './connection-failure.ts'
import type { HttpAnswer, Signal } from './connection.ts'

/**
 * - `TIMEOUT`: no complete answer in time.
 * - `NO_CONNECTION`: there was no connection, or it was lost, and so with the second attempt.
 * - `BAD_ANSWER`: what answered is not the service, or speaks as the contract does not.
 * - `HTTP_…`: the status of an answer without a verdict, such as `HTTP_503`.
 */
export type UnavailableReason = 'TIMEOUT' | 'NO_CONNECTION' | 'BAD_ANSWER' | `HTTP_${number}`

/** Proxies answer with these in the service's stead, and the service when it is overrun. */
export const transientStatuses = [408, 425, 429]

/** A whole answer, or why there is none. */
export type Received = { status: number; text: string } | { reason: UnavailableReason }

export type Exchange = {
  received: Received
  /** Why the question was asked a second time, if it was. */
  retriedAfter: ConnectionFailure | undefined
}

/** Sends the question; what it resolves with is the head of an answer. */
export type Send = (signal: Signal) => Promise<HttpAnswer>

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
  try {
    const first = await attempt(send, signal)
    const retriedAfter = 'failure' in first && !signal.aborted ? first.failure : undefined
    const last = retriedAfter === undefined ? first : await attempt(send, signal)
    return { received: 'failure' in last ? { reason: last.reason } : last, retriedAfter }
  } finally {
    clearTimeout(timer)
  }
}

/** An answer that broke off has a reason and no `failure`, which would call for a second attempt. */
export type Attempt =
  | { status: number; text: string }
  | { reason: UnavailableReason }
  | { reason: UnavailableReason; failure: ConnectionFailure | undefined }

export async function attempt(send: Send, signal: Signal): Promise<Attempt> {
  const reasonOf = (other: UnavailableReason) => (signal.aborted ? 'TIMEOUT' : other)
  let head: HttpAnswer
  try {
    head = await send(signal)
  } catch (error) {
    return { reason: reasonOf('NO_CONNECTION'), failure: connectionFailureOf(error) }
  }
  try {
    return { status: head.status, text: await head.text() }
  } catch {
    return { reason: reasonOf('BAD_ANSWER') }
  }
}
