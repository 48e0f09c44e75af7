// Test-only: a fault that the revocation checker must find. It passes everything on to the service, but
// answers a question from memory that it passed on a moment ago.
import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Proxy = { port: number; close(): Promise<void> }

type Cached = { status: number; headers: IncomingMessage['headers']; body: Buffer; untilMs: number }

const MAX_CACHED = 10_000

export async function startCachingProxy(servicePort: number, ttlMs: number): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true })
  const cache = new Map<string, Cached>()

  async function passOn(incoming: IncomingMessage, body: Buffer): Promise<Cached> {
    const { method, url, headers } = incoming
    const outgoing = request({
      agent,
      host: '127.0.0.1',
      port: servicePort,
      method,
      path: url,
      headers,
    })
    outgoing.end(body)
    const [received] = (await once(outgoing, 'response')) as [IncomingMessage]
    const untilMs = performance.now() + ttlMs
    return {
      status: received.statusCode!,
      headers: received.headers,
      body: await buffer(received),
      untilMs,
    }
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const isVerify = incoming.url === '/api/auth/verify'
    const name = body.toString('latin1')
    let known = isVerify ? cache.get(name) : undefined
    if (known === undefined || known.untilMs < performance.now()) {
      known = await passOn(incoming, body)
      if (cache.size >= MAX_CACHED) cache.clear()
      if (isVerify) cache.set(name, known)
    }
    // The question's own id, so that nothing is wrong with the answer but its age.
    const id = incoming.headers['x-request-id'] ?? known.headers['x-request-id']
    response.writeHead(known.status, { ...known.headers, 'x-request-id': id })
    response.end(known.body)
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}
