import type { IncomingMessage } from 'node:http'
import type { GuardedRequest, GuardOptions } from './guard.ts'

/** The part of a request that frameworks on Node share; one that a test has made up may lack some. */
type NodeRequest = Pick<IncomingMessage, 'headers' | 'socket'> &
  Partial<Pick<IncomingMessage, 'rawHeaders'>>

/** The parts of a request on Node that a guard reads. */
export function readNodeRequest<Req>(
  raw: NodeRequest,
  req: Req,
  { clientIp, requestId }: GuardOptions<Req>,
): GuardedRequest {
  return {
    header: (name) => readHeader(raw, name),
    ip: clientIp ? clientIp(req) : raw.socket.remoteAddress,
    requestId: requestId && (() => requestId(req)),
  }
}

/**
 * `headers` has but the first Authorization of several, which would hide the others; and to read
 * it makes Node parse every header of the request.
 */
function readHeader(raw: NodeRequest, name: string): string | undefined {
  const { rawHeaders = [] } = raw
  let found: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]
    if (given?.length !== name.length || given.toLowerCase() !== name) continue
    found = found === undefined ? rawHeaders[at + 1] : `${found}, ${rawHeaders[at + 1]}`
  }
  return rawHeaders.length > 0 ? found : raw.headers[name]?.toString()
}
