import type { IncomingMessage } from 'node:http'
import type { GuardedRequest, GuardOptions } from './guard.ts'

/** The part of a request that frameworks on Node share. */
type NodeRequest = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>

/** The parts of a request on Node that a guard reads. */
export function readNodeRequest<Req>(
  raw: NodeRequest,
  req: Req,
  { clientIp, requestId }: GuardOptions<Req>,
): GuardedRequest {
  return {
    header: (name) => {
      if (name === 'authorization') return authorizationOf(raw)
      const value = raw.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    ip: clientIp ? clientIp(req) : raw.socket.remoteAddress,
    requestId: requestId && (() => requestId(req)),
  }
}

/** `headers` has but the first Authorization of several, which would hide the others. */
function authorizationOf({ headers, rawHeaders }: NodeRequest): string | undefined {
  let found: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.length !== 'authorization'.length || name.toLowerCase() !== 'authorization') continue
    found = found === undefined ? rawHeaders[at + 1] : `${found}, ${rawHeaders[at + 1]}`
  }
  return found ?? headers.authorization
}
