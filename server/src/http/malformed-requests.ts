import type { Socket } from 'node:net'
import type { ApiError } from '@zentrix/shared/errors.ts'
import { requestIdFrom } from './request-id.ts'

const statusLines: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** An error in the shape of every other, for what no route will ever see. */
export function malformedAnswer(): { headers: Record<string, string>; body: string } {
  const requestId = requestIdFrom(undefined)
  const answer: ApiError = { error: 'The request is malformed', code: 'INVALID_INPUT', requestId }
  const body = JSON.stringify(answer)
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': `${body.length}`,
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    Connection: 'close',
  }
  return { headers, body }
}

/** Answers what is no HTTP at all, and hangs up. */
export function answerMalformedRequests(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { headers, body } = malformedAnswer()
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = statusLines[error.code ?? ''] ?? '400 Bad Request'
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'))
}
