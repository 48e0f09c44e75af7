import type { FastifyInstance } from 'fastify'
import { clientIp } from './client-ip.ts'
import { redactedPath } from '../redact.ts'

/** One line per request, with the route's pattern rather than its URL: no id, query or secret in it. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (req, reply) => {
    const { url: pattern } = req.routeOptions
    req.log.info(
      {
        method: req.method,
        path: pattern ?? redactedPath(req.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: clientIp(req),
      },
      'request',
    )
  })
}
