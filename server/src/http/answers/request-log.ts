import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { redactedPath } from '../../lib/log/redact.ts'
import { isForServices } from '../access-rules.ts'
import { countRequests, requestCountsOf } from '../../lib/request-counts.ts'
import type { Metrics } from '../../lib/metrics.ts'
import { clientIp } from '../requests/client-ip.ts'
import { idsOf } from '../requests/request-ids.ts'
import { traceIdOf } from '../requests/traces/trace-parent.ts'

// No path of ours is longer. What is cut off was redacted before, so that no part of a secret stays.
const MAX_PATH_LENGTH = 1000

/**
 * One line per request, with the route's pattern rather than its URL: no query or secret in it. It
 * names by their ids who asked, for which organization, about which key, and the trace of the caller.
 * Requests that other services send all the time are logged at `debug` unless they failed. The 503s of an
 * outage are logged at `debug` too, because the outage itself has one line. Every request is counted.
 */
export function logRequests(app: FastifyInstance, log: Logger, metrics: Metrics): void {
  app.addHook('onResponse', (req, reply, done) => {
    const { url: pattern, config } = req.routeOptions
    const { statusCode } = reply
    countRequests(
      requestCountsOf(metrics, pattern ?? 'none', req.method),
      statusCode,
      reply.elapsedTime,
    )
    const isRoutine =
      statusCode < 500 && config.access !== undefined && isForServices(config.access)
    const level = isRoutine || statusCode === 503 ? 'debug' : 'info'
    if (log.isLevelEnabled(level))
      log[level](
        {
          reqId: req.id,
          traceId: traceIdOf(req.headers['traceparent']),
          method: req.method,
          path: pattern ?? redactedPath(req.url).slice(0, MAX_PATH_LENGTH),
          status: statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          ip: clientIp(req),
          ...idsOf(req, reply),
        },
        'request',
      )
    done()
  })
}
