import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  testApi,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'

const ALIVE = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** Sends bytes as they are, and gives all that comes until the service hangs up. */
async function untilHungUp(api: TestApi, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

function statusesIn(answers: string): string[] {
  return [...answers.matchAll(/HTTP\/1\.1 ([0-9]{3}) /g)].map((match) => match[1]!)
}

test('garbage behind good requests is answered after them, and only then', async () => {
  const api = await testApi()
  const { key } = await api.issueKey(await api.owner())
  const whoami = `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`
  const answers = await untilHungUp(api, `${ALIVE}${whoami}${ALIVE}GARBAGE\r\n\r\n${ALIVE}`)
  expect(statusesIn(answers)).toEqual(['200', '200', '200', '400'])
  expect(answers).toContain('"code":"INVALID_INPUT"')
})

test('garbage behind a question of the fast lane takes nothing of its answer', async () => {
  const api = await testApi()
  const body = JSON.stringify({ key: 'x' })
  const verify = `POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${await api.serviceToken()}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const answers = await untilHungUp(api, `${verify}${verify}GARBAGE\r\n\r\n`)
  expect(statusesIn(answers)).toEqual(['200', '200', '400'])
})

test('a body that breaks off in garbage is a 400, and the connection ends', async () => {
  const answers = await untilHungUp(
    await testApi(),
    'POST /api/keys/revoke-leaked HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n5\r\n{"key\r\nnonsense\r\n',
  )
  expect(statusesIn(answers)).toEqual(['400'])
})

test('CONNECT is a 400 in the shape of every other error', async () => {
  const answers = await untilHungUp(
    await testApi(),
    'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  )
  expect(statusesIn(answers)).toEqual(['400'])
  expect(answers).toContain('"code":"INVALID_INPUT"')
})

test('a request for another protocol is answered, and its connection ends', async () => {
  const upgrade = ALIVE.replace('\r\n\r\n', '\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const answers = await untilHungUp(await testApi(), upgrade)
  expect(statusesIn(answers)).toEqual(['200'])
  expect(answers).toMatch(/\r\nconnection: close\r\n/i)
})

test('two Hosts are a 400 on the fast lane too', async () => {
  const api = await testApi()
  const answers = await untilHungUp(
    api,
    `POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer ${await api.serviceToken()}\r\nContent-Length: 11\r\n\r\n{"key":"x"}`,
  )
  expect(statusesIn(answers)).toEqual(['400'])
})

test('more headers than anybody needs are a 431, and none of them is dropped unread', async () => {
  const headers = (count: number) =>
    ALIVE.replace('\r\n\r\n', `\r\n${'a: b\r\n'.repeat(count)}\r\n`)
  const api = await testApi()
  expect(statusesIn(await untilHungUp(api, headers(250)))).toEqual(['431'])
  const close = headers(100).replace('a: b', 'Connection: close')
  expect(statusesIn(await untilHungUp(api, close))).toEqual(['200'])
})

test.each([
  ['a header', `X-Filler: ${'x'.repeat(17_000)}`, ''],
  ['many headers', 'a: b\r\n'.repeat(249) + 'a: b', ''],
  ['a URL', 'a: b', '?' + 'x'.repeat(17_000)],
])('%s that is too large is a 431 that says so', async (_, header, query) => {
  const api = await testApi()
  const answer = await untilHungUp(
    api,
    `GET /api/whoami${query} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`,
  )
  expect(statusesIn(answer)).toEqual(['431'])
  const [head, body] = answer.split('\r\n\r\n')
  expect(head).toContain('\r\nX-Auth-Organization-Id: \r\n')
  expect(head).toContain('\r\nX-Auth-Code: PAYLOAD_TOO_LARGE\r\n')
  const requestId = /\r\nx-request-id: (\S+)/i.exec(head!)?.[1]
  expect(requestId).toBeTruthy()
  expect(JSON.parse(body!)).toEqual({
    error: 'The URL and headers of the request are too large',
    code: 'PAYLOAD_TOO_LARGE',
    requestId,
  })
})

test.each(['xchunked', 'gzip', 'identity', '"chunked"'])(
  'a body in the transfer coding %s is a 400, and nothing behind it is read',
  async (coding) => {
    const head = `POST /api/auth/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ${coding}\r\n\r\n`
    const answers = await untilHungUp(await testApi(), `${head}0\r\n\r\n${ALIVE}`)
    expect(statusesIn(answers)).toEqual(['400'])
  },
)

test('a chunked body of HTTP/1.0 is a 400, and nothing behind it is read', async () => {
  const api = await testApi()
  const head =
    'POST /api/keys/revoke-leaked HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n' +
    'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
  const answers = await untilHungUp(api, `${head}b\r\n{"key":"x"}\r\n0\r\n\r\n${ALIVE}`)
  expect(statusesIn(answers)).toEqual(['400'])
})

test('a request without a version is a 400, on the fast lane too', async () => {
  const api = await testApi()
  expect(statusesIn(await untilHungUp(api, 'GET /healthz\r\n\r\n'))).toEqual(['400'])
  const verify = `POST /api/auth/verify\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${await api.serviceToken()}\r\nContent-Length: 11\r\n\r\n{"key":"x"}`
  expect(statusesIn(await untilHungUp(api, verify))).toEqual(['400'])
})

onEachDatabase((open) => {
  test('a NUL in an id is a 404 like any other that is not there', async () => {
    const { agent } = await (await open()).owner()
    expectError(await agent.get('/api/keys/%00'), 404, 'NOT_FOUND')
    expectError(await agent.delete('/api/service-tokens/svc_%00'), 404, 'NOT_FOUND')
    expectError(await agent.get('/api/keys?cursor=%00'), 400, 'INVALID_INPUT')
  })
})
