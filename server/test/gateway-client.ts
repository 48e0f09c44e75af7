import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ApiError } from '@zentrix/shared/schemas/errors.ts'

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string }

export type Sent = {
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  agent?: Agent
}

/** Sends one request with any method, headers and body: what `fetch` and supertest forbid, too. */
export async function send(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body, agent }: Sent = {},
): Promise<Answer> {
  const { hostname, port } = new URL(address)
  // Node leaves it out where a body is unusual, and sends the body all the same.
  const isChunked = 'Transfer-Encoding' in headers
  const length =
    body === undefined || isChunked ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const options = { hostname, port, path, method, headers: { ...length, ...headers }, agent }
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      text(incoming).then(
        (it) => resolve({ status: incoming.statusCode!, headers: incoming.headers, text: it }),
        reject,
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The JSON error in an answer. */
export function errorOf(answer: Answer): ApiError {
  return JSON.parse(answer.text) as ApiError
}

export const noIdentity = {
  'x-auth-key-id': '',
  'x-auth-organization-id': '',
  'x-auth-environment': '',
  'x-auth-scopes': '',
}
