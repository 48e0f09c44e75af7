// Requests that are answered before the framework sees them, and their answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { currentTracer } from '../../lib/tracing/tracer.ts'
import { requestIdFrom } from './request-id.ts'
import { hasTwoHosts, isHttp1 } from './well-formed.ts'

/** Whether a request is a POST of JSON to this path, with nothing unusual about it. */
export function isPlainPost(request: IncomingMessage, path: string, maxBodyBytes: number): boolean {
  const { method, url, headers } = request
  return (
    method === 'POST' &&
    url === path &&
    headers['content-type'] === 'application/json' &&
    Number(headers['content-length']) <= maxBodyBytes &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    headers['x-forwarded-for'] === undefined &&
    headers.authorization !== undefined &&
    headers.upgrade === undefined &&
    headers.host !== undefined &&
    isHttp1(request) &&
    !hasTwoHosts(request)
  )
}

/** Whether a request is a step of a trace, which the framework makes. */
export function isTraced({ headers }: IncomingMessage): boolean {
  return currentTracer() !== undefined && headers['traceparent'] !== undefined
}

export function readPlainBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  let body: Buffer | undefined
  request.on('data', (chunk: Buffer) => {
    body = body === undefined ? chunk : Buffer.concat([body, chunk])
  })
  request.on('end', () => done(body ?? Buffer.alloc(0)))
}

/** The id of a request, made once. */
export function idOf({ headers }: IncomingMessage): () => string {
  let id: string | undefined
  return () => (id ??= requestIdFrom(headers['x-request-id']))
}

/** @param isLast whether the connection ends with this answer */
export function sendJson(
  response: ServerResponse,
  requestId: string,
  json: string,
  isLast = false,
): void {
  const length = Buffer.byteLength(json)
  // Node sends a flat list of names and values without looking at it.
  response.writeHead(200, [
    'X-Request-Id',
    requestId,
    'Cache-Control',
    'no-store',
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    `${length}`,
    ...(isLast ? ['Connection', 'close'] : []),
  ])
  // ASCII is the same in both encodings, and latin1 is copied faster.
  response.end(json, length === json.length ? 'latin1' : 'utf8')
}
