import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { VerifyInput } from '@zentrix/shared/verify.ts'
import type { Context } from '../context.ts'
import { findServicePrincipal } from '../features/service-tokens/find-service-principal.ts'
import { verdictJson } from '../features/verify/verdict-json.ts'
import { verifyKey } from '../features/verify/verify-key.ts'
import { whenReady, type MaybePromise } from '../maybe-promise.ts'
import { accessRules } from './access.ts'
import { peerIp } from './client-ip.ts'
import { requestIdFrom } from './request-id.ts'

const PATH = '/api/auth/verify'
const BEARER = 'Bearer '
const MAX_BODY_BYTES = 4096

/**
 * Answers `POST /api/auth/verify` before the framework sees it, when there is nothing to say but
 * the verdict: a good service token, a good body, nothing unusual about either. Everything else
 * goes to the route of the same name, body included, so that refusals are decided in one place.
 */
export type FastLane = {
  /** The listener of a server: this lane first, `listener` for the rest. */
  before(listener: RequestListener): RequestListener
  /** A body that was read here, for the route to read again. */
  bodyOf(request: IncomingMessage): Readable | undefined
}

export function fastLane(ctx: Context): FastLane {
  const bodies = new WeakMap<IncomingMessage, Buffer>()
  const { scope } = accessRules['keys:verify']
  // What is logged of every request is logged by the framework.
  const isClosed = ctx.log.isLevelEnabled('debug')

  /** The verdict as JSON, or undefined when there is more to say. */
  function answer(
    { headers, socket }: IncomingMessage,
    body: Buffer,
  ): MaybePromise<string | undefined> {
    const input = readInput(body)
    if (input === undefined) return undefined
    const trace = { ip: peerIp(socket), userAgent: null, requestId: null }
    const token = headers.authorization!.slice(BEARER.length)
    return whenReady(findServicePrincipal(ctx, token, trace), (service) => {
      if (!service?.scopes.includes(scope)) return undefined
      const verdict = verifyKey(ctx, {
        secret: input.key,
        scopes: input.scopes ?? [],
        ip: input.ip ?? null,
        cost: input.cost ?? 1,
        organizationIds: service.organizationIds,
      })
      return whenReady(verdict, verdictJson)
    })
  }

  return {
    before: (listener) => (request, response) => {
      if (isClosed || !isPlain(request)) return listener(request, response)
      readBody(request, (body) => {
        const handOver = () => {
          bodies.set(request, body)
          listener(request, response)
        }
        const send = (json: string | undefined) =>
          json === undefined ? handOver() : sendJson(request, response, json)
        try {
          const json = answer(request, body)
          if (json instanceof Promise) json.then(send, handOver)
          else send(json)
        } catch {
          handOver() // such as an outage: the route meets it again, and says so
        }
      })
    },
    bodyOf(request) {
      const body = bodies.get(request)
      return body && Readable.from([body])
    },
  }
}

function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    url === PATH &&
    headers['content-type'] === 'application/json' &&
    Number(headers['content-length']) <= MAX_BODY_BYTES &&
    headers['transfer-encoding'] === undefined &&
    headers['x-forwarded-for'] === undefined &&
    headers.authorization?.startsWith(BEARER) === true &&
    headers.host !== undefined
  )
}

function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  let body: Buffer | undefined
  request.on('data', (chunk: Buffer) => {
    body = body === undefined ? chunk : Buffer.concat([body, chunk])
  })
  request.on('end', () => done(body ?? Buffer.alloc(0)))
}

function readInput(body: Buffer): VerifyInput | undefined {
  if (!isUtf8(body)) return undefined
  let input: unknown
  try {
    input = JSON.parse(body.toString())
  } catch {
    return undefined
  }
  return VerifyInput.safeParse(input).data
}

function sendJson(request: IncomingMessage, response: ServerResponse, json: string): void {
  response.writeHead(200, {
    'X-Request-Id': requestIdFrom(request.headers['x-request-id']),
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(json),
  })
  response.end(json)
}
