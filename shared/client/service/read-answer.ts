// The meaning of an answer of the service, equal for all requests.
import { isErrorCode, type ErrorCode } from '../../src/error-codes.ts'
import { transientStatuses, type Received, type UnavailableReason } from './exchange.ts'
import { isRecord, parseJson, textIn } from './read-json.ts'

export type Answer =
  | { type: 'body'; json: unknown }
  /** The service itself refuses, in the contract's words; `code` undefined: in none that we know. */
  | { type: 'refused'; status: number; code: ErrorCode | undefined }
  | { type: 'unavailable'; reason: UnavailableReason }

export function readAnswer(received: Received): Answer {
  if ('reason' in received) return { type: 'unavailable', reason: received.reason }
  const { status, text } = received
  if (status === 200) return { type: 'body', json: parseJson(text) }
  const isOurFault = status >= 400 && status < 500 && !transientStatuses.includes(status)
  const code = isOurFault ? readErrorCode(parseJson(text)) : undefined
  // Without the contract's shape it is not the service that speaks, but something before it. Only
  // what refuses the token is believed from anybody.
  if (code !== undefined || status === 401 || status === 403)
    return { type: 'refused', status, code }
  return { type: 'unavailable', reason: `HTTP_${status}` }
}

function readErrorCode(json: unknown): ErrorCode | undefined {
  if (!isRecord(json)) return undefined
  const code = textIn(json, 'code')
  const isError = textIn(json, 'error') !== undefined && textIn(json, 'requestId') !== undefined
  return isError && code !== undefined && isErrorCode(code) ? code : undefined
}
