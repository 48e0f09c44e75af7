import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A request that got through the gateway, from the moment its headers arrived. */
export type Received = {
  method: string
  url: string
  headers: IncomingHttpHeaders
  /** Name, value, name, value, as they came. */
  rawHeaders: string[]
  /** Empty until all of it has arrived. */
  body: Buffer
  trailers: NodeJS.Dict<string>
}

/** A path that the service never answers. */
export const HANGING_PATH = '/hanging'

/**
 * A service behind a gateway. It keeps what it receives and answers 200 "reached"; after an
 * upgrade it sends back every byte.
 */
export async function startUpstream(): Promise<{
  address: string
  received: Received[]
  stop: () => Promise<void>
}> {
  const received: Received[] = []
  const sockets = new Set<Duplex>()
  function keep({ method, url, headers, rawHeaders }: IncomingMessage): Received {
    const it = { method: method!, url: url!, headers, rawHeaders }
    const kept: Received = { ...it, body: Buffer.alloc(0), trailers: {} }
    received.push(kept)
    return kept
  }
  const server = createServer((req, res) => {
    const kept = keep(req)
    const answer = (body: Buffer) => {
      Object.assign(kept, { body, trailers: req.trailers })
      if (req.url !== HANGING_PATH) res.end('reached')
    }
    buffer(req).then(answer, () => {}) // a gateway that gives up in the middle of a body
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('upgrade', (req, socket) => {
    keep(req)
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Accept: accepted\r\n\r\n',
    )
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const closed = once(server, 'close')
  const stop = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(stop)
  return { address: `127.0.0.1:${port}`, received, stop }
}
