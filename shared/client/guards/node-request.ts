import type { IncomingMessage } from 'node:http'
import type { RequestReader } from './guard.ts'

/** The part of a request that frameworks on Node share; one that a test has made up may lack some. */
type NodeRequest = Pick<IncomingMessage, 'headers' | 'socket'> &
  Partial<Pick<IncomingMessage, 'rawHeaders'>>

/** Reads requests of a framework on Node, which has Node's own at hand. */
export function nodeReader<Req>(rawOf: (req: Req) => NodeRequest): RequestReader<Req> {
  return {
    header: (req, name) => readHeader(rawOf(req), name),
    peerIp: (req) => rawOf(req).socket.remoteAddress,
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
