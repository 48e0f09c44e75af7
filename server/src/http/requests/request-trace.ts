import type { FastifyRequest } from 'fastify'
import { redact } from '../../lib/log/redact.ts'
import { clientIp } from './client-ip.ts'

const MAX_USER_AGENT_LENGTH = 300

/** Where a request came from, for the audit log; looked at only when there is something to tell. */
export function traceOf(req: FastifyRequest) {
  return {
    requestId: req.id,
    get ip() {
      return clientIp(req)
    },
    get userAgent() {
      const userAgent = req.headers['user-agent']
      return userAgent === undefined ? null : redact(userAgent).slice(0, MAX_USER_AGENT_LENGTH)
    },
  }
}
