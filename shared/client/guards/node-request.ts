import type { IncomingMessage } from 'node:http'
import type { GuardedRequest, GuardOptions } from './guard.ts'

/** The part of a request that frameworks on Node share. */
type NodeRequest = Pick<IncomingMessage, 'headers' | 'headersDistinct' | 'socket'>

/** The parts of a request on Node that a guard reads. */
export function readNodeRequest<Req>(
  raw: NodeRequest,
  req: Req,
  { clientIp, requestId }: GuardOptions<Req>,
): GuardedRequest {
  return {
    header: (name) => {
      // `headers` has but the first Authorization of several, which would hide the others.
      const values = raw.headersDistinct?.[name] ?? raw.headers[name]
      return Array.isArray(values) ? values.join(', ') : values
    },
    ip: clientIp ? clientIp(req) : raw.socket.remoteAddress,
    requestId: requestId?.(req),
  }
}
