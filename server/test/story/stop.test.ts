import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { callService, makeServiceToken, ORGANIZATION } from './as-service.ts'
import { runService } from './ends.ts'

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s finishes the request under way and exits with 0; a second one changes nothing',
  async (signal) => {
    const service = await runService()
    const token = await makeServiceToken(service, 'keys:verify')
    const body = JSON.stringify({ key: 'nas_unknown' })
    const socket = await sendHead(service.url, token, body.length)

    const child = service.child()
    child.process.kill(signal)
    await vi.waitFor(() => expect(child.printed()).toContain('stopping'), { timeout: 60_000 })
    child.process.kill(signal)
    await expect(reach(service.url)).rejects.toThrow('ECONNREFUSED')
    const answer = readAll(socket)
    socket.end(body)
    expect(await answer).toMatch(/^HTTP\/1.1 200 [^]*"code":"NOT_FOUND"/)
    expect((await child.ended).code).toBe(0)
  },
)

test.each(['1', '2'])(
  'with %s workers all that had been sent before SIGTERM is answered',
  async (WORKERS) => {
    const service = await runService({ WORKERS })
    const { hostname, port } = new URL(service.url)
    const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const sockets = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = connect(Number(port), hostname)
        await once(socket, 'connect')
        return socket
      }),
    )
    const answers = sockets.map((socket) => readAll(socket).catch((error) => String(error)))
    await Promise.all(sockets.map((socket) => new Promise((sent) => socket.write(ask, sent))))
    service.child().process.kill('SIGTERM')
    const statuses = (await Promise.all(answers)).map((answer) => answer.split('\r\n')[0])
    expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 200 OK']))
    expect((await service.child().ended).code).toBe(0)
  },
)

test('a connection that was open still gets an answer, which is its last', async () => {
  const service = await runService()
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n'
  socket.write(ask)
  expect(String(await once(socket, 'data'))).toContain('Connection: keep-alive')
  const child = service.child()
  child.process.kill('SIGTERM')
  await vi.waitFor(() => expect(reach(service.url)).rejects.toThrow('ECONNREFUSED'), {
    timeout: 60_000,
  })
  const answer = readAll(socket)
  socket.write(ask)
  expect(await answer).toMatch(/^HTTP\/1.1 200 [^]*connection: close/i)
  expect((await child.ended).code).toBe(0)
})

test('an idle connection does not hold up the end', async () => {
  const service = await runService()
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n')
  await once(socket, 'data')
  await service.stop()
  socket.destroy()
})

test('the last use of a key survives a stop right after it', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'keys:verify,keys:manage,catalog:write')
  await callService(service, token, 'PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Stop',
    subscription: 'active',
  })
  const issued = await callService(service, token, 'POST', '/api/keys', { label: 'A server' })
  const { id, key } = issued.body as { id: string; key: string }
  const verified = await callService(service, token, 'POST', '/api/auth/verify', { key })
  expect(verified.body).toMatchObject({ valid: true })
  await service.restart()
  const { body } = await callService(service, token, 'GET', `/api/keys/${id}`)
  expect(body).toMatchObject({ lastUsedAt: expect.any(String) })
})

test('what was answered is there after SIGKILL, and a revoked key stays revoked', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'keys:verify,keys:manage,catalog:write')
  await callService(service, token, 'PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Stop',
    subscription: 'active',
  })
  const keys: { id: string; key: string }[] = []
  for (const label of ['Kept', 'Revoked']) {
    const { status, body } = await callService(service, token, 'POST', '/api/keys', { label })
    expect(status).toBe(201)
    keys.push(body as { id: string; key: string })
  }
  const [kept, revoked] = keys
  const { status } = await callService(service, token, 'DELETE', `/api/keys/${revoked!.id}`)
  expect(status).toBe(204)
  await service.kill()
  await service.start()
  const codes = []
  for (const { key } of [kept!, revoked!]) {
    const { body } = await callService(service, token, 'POST', '/api/auth/verify', { key })
    codes.push((body as { code: string }).code)
  }
  expect(codes).toEqual(['VALID', 'REVOKED'])
})

/** Makes a new connection. */
async function reach(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), autoSelectFamily: false, family: 4 })
  await once(socket, 'connect')
  socket.destroy()
}

/** Sends all of a request but its body, and waits until the server has taken that up. */
async function sendHead(url: string, token: string, length: number): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = [
    'POST /api/auth/verify HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    'Expect: 100-continue',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 100 /)
  return socket
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}
