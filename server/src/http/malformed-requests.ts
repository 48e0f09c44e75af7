import type { Socket } from 'node:net'
import type { ApiError } from '@zentrix/shared/errors.ts'
import { requestIdFrom } from './request-id.ts'

const statusLines: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Answers what is no HTTP at all, in the shape of every other error, and hangs up. */
export function answerMalformedRequests(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const requestId = requestIdFrom(undefined)
  const answer: ApiError = {
    error: 'The request is malformed',
    code: 'INVALID_INPUT',
    requestId,
  }
  const body = JSON.stringify(answer)
  socket.end(
    [
      `HTTP/1.1 ${statusLines[error.code ?? ''] ?? '400 Bad Request'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${body.length}`,
      `X-Request-Id: ${requestId}`,
      'Cache-Control: no-store',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
