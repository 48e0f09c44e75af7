import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { prepare, type Gateway } from './gateway.ts'
import { openRaw, sendRaw, sendUntil, statusesIn } from './raw-request.ts'
import { HANGING_PATH } from './upstream.ts'

const TIMEOUT_MS = 180_000

/** Takes connections and never answers. */
async function hangingServer(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const upgrade = (address: string, key: string) =>
  `GET /socket HTTP/1.1\r\nHost: ${new URL(address).host}\r\nAuthorization: Bearer ${key}\r\n` +
  'Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'

// Paths that lead out of `/orders`, or out of what the gateway puts before its client's path.
const strayPaths = [
  '/../../../healthz',
  '/../../healthz',
  '/..%2f..%2f..%2fhealthz',
  '/%2e%2e/%2e%2e/%2e%2e/healthz',
  '/%2E%2E/.%2e/healthz',
  '/..;/..;/..;/healthz',
  '/..\\..\\..\\healthz',
  '/..%5c..%5c..%5chealthz',
  '/%252e%252e/%252e%252e/healthz',
  '//../..//../healthz',
  '//healthz',
  '/./././healthz',
  '/.keys/check',
  '/.keys/check/../x',
  '/api/auth/check',
  '/orders%00/../healthz',
  '/orders%2f..%2f..%2fhealthz',
  '/orders?/../../../../healthz',
  '/orders#/../healthz',
  '/%',
  '/%zz/../../healthz',
  '?x=/../../healthz',
  'healthz',
  '../../healthz',
  '*',
  'http://other.example/../../../healthz',
  'http://other.example',
  'http://127.0.0.1:1/healthz',
]

/** How requests travel, and what happens when something on the way is broken. */
export function carriesTraffic(gateway: Gateway): void {
  const { statusWhen, keyServiceMayTakeMs } = gateway

  test('a WebSocket gets through with a good key and the identity, and with no other', async () => {
    const { owner, api, address, received } = await prepare(gateway)
    const { id, key } = await api.issueKey(owner)
    const socket = await openRaw(address)
    const answer = await sendUntil(socket, upgrade(address, key), '\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    expect(answer.toLowerCase()).toContain('sec-websocket-accept: accepted')
    expect(received[0]!.headers).toMatchObject({
      'x-auth-key-id': id,
      'x-auth-organization-id': owner.organizationId,
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    })
    expect(JSON.stringify(received[0]!.headers)).not.toMatch(/nas(svc)?_/)
    expect(await sendUntil(socket, 'ping', 'ping')).toBe('ping')
    expect(statusesIn(await sendRaw(address, upgrade(address, 'nas_x')))).toEqual([401])
    expect(received).toHaveLength(1)
  })

  test(
    'a service that hangs is given up; a WebSocket that is silent meanwhile is not',
    async () => {
      const { owner, api, address, call } = await prepare(gateway)
      const { key } = await api.issueKey(owner)
      const socket = await openRaw(address)
      await sendUntil(socket, upgrade(address, key), '\r\n\r\n')
      expect((await call(key, {}, HANGING_PATH)).status).toBe(statusWhen.serviceHangs)
      expect(await sendUntil(socket, 'still there', 'still there')).toBe('still there')
      expect((await call(key)).status).toBe(200)
    },
    TIMEOUT_MS,
  )

  test(
    'a key service that hangs is given up, and nothing gets through',
    async () => {
      const { call, received } = await prepare(gateway, { keys: await hangingServer() })
      const startedAt = performance.now()
      expect((await call('nas_x')).status).toBe(statusWhen.keyServiceHangs)
      expect(performance.now() - startedAt).toBeLessThan(keyServiceMayTakeMs * 2 * slowness())
      expect(received).toEqual([])
    },
    TIMEOUT_MS,
  )

  test('while the key service is down, nothing gets through', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    expect((await call(key)).status).toBe(200)
    await api.app.close()
    expect((await call(key)).status).toBe(statusWhen.keyServiceIsDead)
    expect(received).toHaveLength(1)
  })

  test('while the service is down, its client sees that, and no refusal', async () => {
    const { owner, api, call, service } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    expect((await call(key)).status).toBe(200)
    await service.stop()
    expect((await call(key)).status).toBe(statusWhen.serviceIsDead)
    expect((await call('nas_x')).status).toBe(401)
  })

  test('a large body arrives whole, and the key service never sees it', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    const asked: { bytesRead: number }[] = []
    api.app.server.on('connection', (socket) => asked.push(socket))
    const body = randomBytes(1024 * 1024)
    expect((await call(key, { method: 'POST', body })).status).toBe(200)
    const headers = { 'Transfer-Encoding': 'chunked' }
    expect((await call(key, { method: 'POST', body, headers })).status).toBe(200)
    expect(received.map((it) => it.body.equals(body))).toEqual([true, true])
    expect(asked.reduce((sum, { bytesRead }) => sum + bytesRead, 0)).toBeLessThan(4096)
  })

  test(
    'a request within the body of another reaches nobody',
    async () => {
      const { owner, api, address, received } = await prepare(gateway)
      const { key } = await api.issueKey(owner)
      const { host } = new URL(address)
      const inner = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\nX-Auth-Key-Id: forged\r\n\r\n`
      const post = (...headers: string[]) =>
        [
          'POST /orders HTTP/1.1',
          `Host: ${host}`,
          `Authorization: Bearer ${key}`,
          ...headers,
          '',
          '',
        ].join('\r\n')
      const length = `Content-Length: ${inner.length + 5}`
      for (const bytes of [
        `${post(length, 'Transfer-Encoding: chunked')}0\r\n\r\n${inner}`,
        `${post('Transfer-Encoding: chunked', length)}0\r\n\r\n${inner}`,
        `${post(length, 'Transfer-Encoding: xchunked')}0\r\n\r\n${inner}`,
        `${post(length, 'Transfer-Encoding : chunked')}0\r\n\r\n${inner}`,
        `${post(length, 'Transfer-Encoding: identity, chunked')}0\r\n\r\n${inner}`,
        `${post(length, 'Transfer-Encoding:\x0bchunked')}0\r\n\r\n${inner}`,
        `${post(length, 'Transfer_Encoding: chunked')}0\r\n\r\n${inner}`,
        `${post('Content-Length: 0', length)}0\r\n\r\n${inner}`,
        `${post('Content-Length: +5', 'Transfer-Encoding: chunked, chunked')}0\r\n\r\n${inner}`,
        `${post('Transfer-Encoding: chunked')}0;\n\r\n${inner}`,
        `${post('Content-Length: 0', 'Connection: Content-Length')}${inner}`,
        `${post(length, 'Connection: Content-Length')}0\r\n\r\n${inner}`,
        `${post('Expect: 100-continue', length)}0\r\n\r\n${inner}`,
      ]) {
        const answer = await sendRaw(address, bytes)
        // A second request, read as such, bears no key.
        expect(
          received.splice(0).map(({ url }) => url),
          bytes,
        ).not.toContain('/smuggled')
        expect(answer.split('reached').length - 1, bytes).toBeLessThan(2)
      }
    },
    TIMEOUT_MS,
  )

  test(
    'no path leads past the question, and none changes it',
    async () => {
      const { owner, api, address, received } = await prepare(gateway, { scopes: ['orders:read'] })
      const { key } = await api.issueKey(owner, { scopes: ['orders:read'] })
      const other = await api.issueKey(owner, { scopes: ['other'] })
      const { host } = new URL(address)
      const ask = (path: string, ...headers: string[]) =>
        sendRaw(
          address,
          [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join(
            '\r\n',
          ),
        )
      for (const path of strayPaths) {
        for (const credentials of [[], [`Authorization: Bearer ${other.key}`]])
          expect(await ask(path, ...credentials), path).not.toContain('reached')
        expect(received, path).toEqual([])
        await ask(path, `Authorization: Bearer ${key}`)
        for (const { headers } of received.splice(0))
          expect(headers['x-auth-scopes'], path).toBe('orders:read')
      }
    },
    TIMEOUT_MS,
  )

  test("a client's connection stays open, and requests on it are judged each by its own key", async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const first = await api.issueKey(owner)
    const second = await api.issueKey(owner)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const sockets = new Set<unknown>()
    agent.on('free', (socket) => sockets.add(socket))
    for (const { key, id } of [first, second, first]) {
      expect((await call(key, { agent })).status).toBe(200)
      expect(received.pop()!.headers['x-auth-key-id']).toBe(id)
      expect((await call('nas_x', { agent, method: 'POST', body: 'x' })).status).toBe(401)
    }
    expect(sockets.size).toBe(1)
  })

  test('many requests are asked about over one connection', async () => {
    const { owner, api, call } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    let connections = 0
    api.app.server.on('connection', () => connections++)
    for (let i = 0; i < 10; i++) expect((await call(key)).status).toBe(200)
    for (let i = 0; i < 10; i++) expect((await call('nas_x')).status).toBe(401)
    expect(connections).toBe(1)
  })
}
