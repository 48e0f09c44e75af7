import type { ClientRequest, IncomingMessage } from 'node:http'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { currentTraceparent } from './trace-context.ts'
import { currentTracer, type Span } from './tracer.ts'

/** A request of fetch, as far as it is needed here. */
type FetchRequest = { method: string; origin: string; addHeader(name: string, value: string): void }

/**
 * Lets every request that this thread sends to another service bear the `traceparent` of the request
 * for which it is sent, and makes a step of it where traces are wanted. That names the host alone: the
 * path of a webhook may be a secret.
 *
 * @returns ends that
 */
export function handOnTrace(): () => void {
  const spans = new WeakMap<object, Span>()

  /** The header of a request that begins; undefined where it belongs to no trace. */
  function begin(request: object, method: string, host: string): string | undefined {
    const parent = currentTraceparent()
    if (parent === undefined) return undefined
    const attributes = { 'http.request.method': method, 'server.address': host }
    const span = currentTracer()?.begin('client', method, parent, attributes)
    if (span) spans.set(request, span)
    return span?.traceparent ?? parent
  }

  function end(request: object, status: number | undefined): void {
    const isFailure = status === undefined || status >= 400
    spans.get(request)?.end({ 'http.response.status_code': status }, isFailure)
    spans.delete(request)
  }

  const listeners: Record<string, (message: unknown) => void> = {
    // Node's own requests, and below those of fetch.
    'http.client.request.created': (message) => {
      const request: ClientRequest = partOf(message, 'request')
      const traceparent = begin(request, request.method, request.host)
      if (traceparent !== undefined) request.setHeader('traceparent', traceparent)
    },
    'http.client.response.finish': (message) => {
      const response: IncomingMessage = partOf(message, 'response')
      end(partOf(message, 'request'), response.statusCode)
    },
    'http.client.request.error': (message) => end(partOf(message, 'request'), undefined),
    'undici:request:create': (message) => {
      const request: FetchRequest = partOf(message, 'request')
      const traceparent = begin(request, request.method, new URL(request.origin).hostname)
      if (traceparent !== undefined) request.addHeader('traceparent', traceparent)
    },
    'undici:request:headers': (message) => {
      const response: { statusCode: number } = partOf(message, 'response')
      end(partOf(message, 'request'), response.statusCode)
    },
    'undici:request:error': (message) => end(partOf(message, 'request'), undefined),
  }
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener)
  return () => {
    for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener)
  }
}

/** Node says what the messages of its channels hold, but gives them no types. */
function partOf<Part extends object>(message: unknown, name: 'request' | 'response'): Part {
  return Reflect.get(Object(message), name)
}
