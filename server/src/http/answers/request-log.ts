import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { redactedPath } from '../../lib/log/redact.ts'
import { isForServices } from '../access-rules.ts'
import { clientIp } from '../requests/client-ip.ts'

// No path of ours is longer. What is cut off was redacted before, so that no part of a secret stays.
const MAX_PATH_LENGTH = 1000

/**
 * One line per request, with the route's pattern rather than its URL: no id, query or secret in
 * it. Requests that other services send all the time are logged at `debug` unless they failed. The
 * 503s of an outage are logged at `debug` too, because the outage itself has one line.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', (req, reply, done) => {
    const { url: pattern, config } = req.routeOptions
    const { statusCode } = reply
    const isRoutine =
      statusCode < 500 && config.access !== undefined && isForServices(config.access)
    const level = isRoutine || statusCode === 503 ? 'debug' : 'info'
    if (log.isLevelEnabled(level))
      log[level](
        {
          reqId: req.id,
          method: req.method,
          path: pattern ?? redactedPath(req.url).slice(0, MAX_PATH_LENGTH),
          status: statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          ip: clientIp(req),
        },
        'request',
      )
    done()
  })
}
