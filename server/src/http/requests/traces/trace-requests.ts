import type { FastifyInstance, FastifyRequest } from 'fastify'
import { withTrace } from '../../../lib/tracing/trace-context.ts'
import { currentTracer, type Span } from '../../../lib/tracing/tracer.ts'
import { idsOf } from '../request-ids.ts'
import { traceIdOf } from './trace-parent.ts'

// Of version 00.
const LENGTH = 55

/**
 * Lets all that a request does belong to the trace that its `traceparent` names, and makes a step of
 * it where traces are wanted: with its route and ids, and without header, query, body and address.
 */
export function traceRequests(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>()

  app.addHook('onRequest', (req, _reply, done) => {
    const tracer = currentTracer()
    const { method, routeOptions } = req
    const route = routeOptions.url ?? 'none'
    if (tracer)
      spans.set(
        req,
        tracer.begin('server', `${method} ${route}`, traceparentOf(req), {
          'http.request.method': method,
          'http.route': route,
          'http.request.id': req.id,
        }),
      )
    withTrace(spans.get(req)?.traceparent ?? traceparentOf(req), done)
  })

  // A body is read in events of its connection, which belong to no request.
  app.addHook('preValidation', (req, _reply, done) =>
    withTrace(spans.get(req)?.traceparent ?? traceparentOf(req), done),
  )

  app.addHook('onResponse', (req, reply, done) => {
    const { statusCode } = reply
    spans
      .get(req)
      ?.end({ 'http.response.status_code': statusCode, ...idsOf(req, reply) }, statusCode >= 500)
    done()
  })
}

/** The header to hand on. Fields of later versions are dropped, since anybody can write there. */
function traceparentOf({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers
  return typeof traceparent === 'string' && traceIdOf(traceparent) !== undefined
    ? `00${traceparent.slice(2, LENGTH)}`
    : undefined
}
