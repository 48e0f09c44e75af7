import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** A request and its answer, as they went over the wire. */
export type Exchange = {
  /** Such as `POST /api/keys`. */
  call: string
  sent: { headers: IncomingMessage['headers']; body: string }
  status: number
  answered: { headers: string; cookies: string; body: string }
}

/** Tells `note` of everything that a server is asked from now on, once it has answered. */
export function recordHttp(server: Server, note: (exchange: Exchange) => void): void {
  // Before all others, because some of them answer at once.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const sent = chunksTo(request, ['push'])
    const answered = chunksTo(response, ['write', 'end'])
    const heads = chunksTo(response, ['writeHead'], 1)
    response.once('close', () => {
      const { 'set-cookie': cookies, ...headers } = Object.assign(response.getHeaders(), ...heads)
      note({
        call: `${request.method} ${request.url!.split('?', 1)[0]}`,
        sent: { headers: request.headers, body: textOf(sent) },
        status: response.statusCode,
        answered: {
          headers: JSON.stringify(headers),
          cookies: JSON.stringify(cookies),
          body: textOf(headers['content-encoding'] === 'gzip' ? [unzipped(answered)] : answered),
        },
      })
    })
  })
}

/** Keeps one argument of each call of these methods, which do as before. */
function chunksTo(target: object, methods: string[], position = 0): unknown[] {
  const chunks: unknown[] = []
  for (const method of methods) {
    const original = Reflect.get(target, method) as (...args: unknown[]) => unknown
    Reflect.set(target, method, (...args: unknown[]) => {
      chunks.push(args[position])
      return Reflect.apply(original, target, args)
    })
  }
  return chunks
}

function unzipped(chunks: unknown[]): Buffer {
  return gunzipSync(Buffer.concat(chunks.filter((chunk) => chunk instanceof Uint8Array)))
}

function textOf(chunks: unknown[]): string {
  return chunks
    .filter((chunk) => typeof chunk === 'string' || chunk instanceof Uint8Array)
    .map((chunk) => (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')))
    .join('')
}
