import { languages, type ConsumedCall } from '../src/verification/consumed-call.ts'
import type { ErrorCode } from '../src/error-codes.ts'
import { assertTimeout, connectionTo, type ConnectionOptions } from './service/connection.ts'
import type { UnavailableReason } from './service/exchange.ts'
import { askUntilAnswered } from './service/idempotent-exchange.ts'
import { readAnswer } from './service/read-answer.ts'
import { isRecord, oneOf, textIn } from './service/read-json.ts'

const DEFAULT_TIMEOUT_MS = 5000

export type ConsumeCallOptions = ConnectionOptions & {
  /** For the whole call, all attempts included; 5000 when absent. */
  timeoutMs?: number
}

/** The call of a widget token does not start. The message repeats nothing that was sent. */
export class ConsumeCallError extends Error {
  override readonly name = 'ConsumeCallError'
  /**
   * - `UNAUTHORIZED`: the access token is expired, forged or no longer good, or the service token
   *   is not valid.
   * - `ALREADY_USED`: the access token has started its call before.
   * - `INSUFFICIENT_SCOPE`: the service token lacks the scope `calls:consume`.
   * - `UNAVAILABLE`: there was no answer in time. The token may have been spent, so ask the page
   *   for a new one.
   *
   * Any other is the code of the service's error.
   */
  readonly code: ErrorCode
  /** With `UNAVAILABLE`. */
  readonly reason: UnavailableReason | undefined

  constructor(code: ErrorCode, message: string, reason?: UnavailableReason) {
    super(message)
    this.code = code
    this.reason = reason
  }
}

/**
 * Spends a widget token and gives the call that it starts. Tries again until `timeoutMs` where an
 * answer is lost or the service restarts: all attempts bear one new Idempotency-Key, so the service
 * gives its first answer again. Another `consumeCall` with the same token is `ALREADY_USED`.
 *
 * @param options the service token needs the scope `calls:consume`
 * @throws {ConsumeCallError}
 * @throws {VerifyConfigurationError} for an option that cannot work
 */
export async function consumeCall(
  options: ConsumeCallOptions,
  accessToken: string,
): Promise<ConsumedCall> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const post = connectionTo(options)
  assertTimeout(timeoutMs)
  const body = JSON.stringify({ accessToken })
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const received = await askUntilAnswered(
    (signal) => post('/api/internal/calls/consume', body, signal, headers),
    timeoutMs,
  )
  const answer = readAnswer(received)
  if (answer.type === 'refused') throw refusalOf(answer.status, answer.code)
  const call = answer.type === 'body' ? readConsumedCall(answer.json) : undefined
  if (call !== undefined) return call
  const reason = answer.type === 'unavailable' ? answer.reason : 'BAD_ANSWER'
  throw new ConsumeCallError('UNAVAILABLE', `The service did not answer (${reason})`, reason)
}

function refusalOf(status: number, known: ErrorCode | undefined): ConsumeCallError {
  const code = known ?? (status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN')
  return new ConsumeCallError(code, `The call was refused: ${status} ${code}`)
}

function readConsumedCall(json: unknown): ConsumedCall | undefined {
  if (!isRecord(json)) return undefined
  const callId = textIn(json, 'callId')
  const agentId = textIn(json, 'agentId')
  const instanceId = json['instanceId'] === null ? null : textIn(json, 'instanceId')
  const organizationId = textIn(json, 'organizationId')
  const keyId = textIn(json, 'keyId')
  const language = oneOf(languages, json['language'])
  const callerName = json['callerName'] === null ? null : textIn(json, 'callerName')
  if (callId === undefined || agentId === undefined || instanceId === undefined) return undefined
  if (organizationId === undefined || keyId === undefined) return undefined
  if (language === undefined || callerName === undefined) return undefined
  return { callId, agentId, instanceId, organizationId, keyId, language, callerName }
}
