import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What got through the gateway. */
export type Received = { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }

/** A service behind a gateway, which keeps what it receives and answers 200 "reached". */
export async function startUpstream(): Promise<{ address: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((req, res) => {
    void buffer(req).then((body) => {
      received.push({ method: req.method!, url: req.url!, headers: req.headers, body })
      res.end('reached')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
