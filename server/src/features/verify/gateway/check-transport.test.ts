// How gateways change a request before it reaches us.
import { Agent, METHODS } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { errorOf, noIdentity, send, type Sent } from '../../../../test/gateway-client.ts'
import { testApi, type Settings } from '../../../../../scripts/testkit/api/kit.ts'

const PATH = '/api/auth/check'

async function prepare(settings: Settings = {}, input: Record<string, unknown> = {}) {
  const api = await testApi({ env: { RATE_LIMIT_PER_MINUTE: '1000', ...settings.env } })
  const owner = await api.owner()
  const { id, key } = await api.issueKey(owner, input)
  const token = await api.serviceToken({ scopes: ['keys:verify'] })
  const credentials = { 'X-Service-Token': token, Authorization: `Bearer ${key}` }
  const check = (path = PATH, sent: Sent = {}) =>
    send(api.address, path, { ...sent, headers: { ...credentials, ...sent.headers } })
  return { api, id, credentials, check }
}

describe('methods', () => {
  const methods = METHODS.filter((method) => method !== 'CONNECT')

  test('every HTTP method gets the same answers: a yes, and a no without a token', async () => {
    const { api, id, check } = await prepare()
    for (const method of methods)
      for (const path of [PATH, `${PATH}/orders/1`]) {
        const { status, headers } = await check(path, { method })
        expect([method, path, status, headers['x-auth-key-id']]).toEqual([method, path, 200, id])
        const refused = await send(api.address, path, { method })
        expect([method, path, refused.status]).toEqual([method, path, 401])
        expect(refused.headers).toMatchObject(noIdentity)
      }
  })

  test("a preflight is the client's, never answered by the portal's CORS", async () => {
    const origin = 'https://portal.example'
    const { check } = await prepare({ env: { PORTAL_ORIGINS: origin } })
    const preflight = { Origin: origin, 'Access-Control-Request-Method': 'POST' }
    for (const path of [PATH, `${PATH}/orders`]) {
      const good = await check(path, { method: 'OPTIONS', headers: preflight })
      expect(good.status).toBe(200)
      const headers = { ...preflight, Authorization: '' }
      expect((await check(path, { method: 'OPTIONS', headers })).status).toBe(401)
      expect(good.headers['access-control-allow-origin']).toBeUndefined()
    }
  })
})

describe('paths and queries', () => {
  test.each([
    '/',
    '//',
    '/api/keys',
    '/../../keys',
    '/a%2Fb/%F0%9F%94%91',
    `/${'x'.repeat(4000)}`,
    '?key=1&flag&__proto__=1',
    '/search?q=a%20b&denied=1&Scope=A',
    '/search?q=%zz',
    '/search?q=%E9&r=%00',
    '/caf%E9',
    '/%E9/%ff%FE%80',
    '/%C3%A9/%25/%2525',
    '/%00',
    '/%2e%2e/%2E/..',
    '/%2F%2f//%5C',
    '/%3Fscope=a%23',
  ])('what Envoy appends is passed over: %s', async (rest) => {
    const { check } = await prepare()
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PROPFIND'])
      expect([method, (await check(PATH + rest, { method })).status]).toEqual([method, 200])
  })

  test.each([
    ['bytes that are not encoded', '/caf\u00e9', 400],
    ['a fragment', '/a#b', 200],
    ['a stray percent sign in a fragment', '/a#%', 400],
    ['brackets, quotes and bars', '/[a]{b}"<c>|^`\\', 200],
  ])('a path that a careless client sends: %s', async (_, rest, status) => {
    const { api, credentials } = await prepare()
    const { host, port } = new URL(api.address)
    for (const prefix of ['', `http://${host}`]) {
      const headers = { Host: host, Connection: 'close', ...credentials }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      const socket = connect(Number(port), '127.0.0.1')
      socket.end([`GET ${prefix}${PATH}${rest} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1')
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    }
  })

  test("scopes may stand before Envoy's suffix, which can only ask for more", async () => {
    const { check } = await prepare({}, { scopes: ['a'] })
    const prefix = `${PATH}?scope=a&path=`
    expect((await check(`${prefix}/orders/1?q=1`)).status).toBe(200)
    expect((await check(`${prefix}/orders/1?q=1&scope=b`)).status).toBe(403)
    expect((await check(`${PATH}?scope=b&path=/orders/1?scope=a`)).status).toBe(403)
  })

  test.each([
    '?scope=',
    '?scope=A',
    '?scope=a%20b',
    '?scope=a,b',
    '?scope=a&scope=%F0%9F%94%91',
    `?scope=${'x'.repeat(101)}`,
    `?${Array.from({ length: 51 }, (_, i) => `scope=s${i}`).join('&')}`,
  ])('a scope that no key can hold is a 400 that names nobody: %s', async (query) => {
    const { check } = await prepare()
    const answer = await check(PATH + query)
    expect(answer.status).toBe(400)
    expect(errorOf(answer)).toMatchObject({
      code: 'INVALID_INPUT',
      details: [{ path: 'scope', message: expect.any(String) }],
    })
    expect(answer.headers).toMatchObject({ ...noIdentity, 'x-auth-code': 'INVALID_INPUT' })
  })

  test.each(['/%', '/%zz', '/%E', '/%E9%', '/%%E9', '/a%2/b', '/%E9/%g0?q=1', '/%?scope=a'])(
    'a percent sign that begins no byte is a 400 that names nobody: %s',
    async (rest) => {
      const { check } = await prepare()
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const answer = await check(PATH + rest, { method })
        expect([method, answer.status]).toEqual([method, 400])
        expect(errorOf(answer)).toMatchObject({ code: 'INVALID_INPUT' })
        expect(answer.headers).toMatchObject({ ...noIdentity, 'x-auth-code': 'INVALID_INPUT' })
      }
    },
  )

  test('a path may be almost as long as the limit of all headers', async () => {
    const { check } = await prepare()
    expect((await check(`${PATH}/${'%E9'.repeat(5000)}`)).status).toBe(200)
  })

  test('a scope in the query counts behind any path', async () => {
    const { check } = await prepare({}, { scopes: ['a'] })
    expect((await check(`${PATH}/caf%E9?scope=a`)).status).toBe(200)
    expect((await check(`${PATH}/caf%E9?q=%&scope=b`)).status).toBe(403)
    expect((await check(`${PATH}/a%3Fscope=b`)).status).toBe(200)
  })

  test.each([`${PATH}er`, '/api/auth', '/api/auth/Check'])('%s is a 404', async (path) => {
    const { check } = await prepare()
    expect((await check(path)).status).toBe(404)
  })
})

describe('headers', () => {
  test("headers that claim the client's identity are ignored", async () => {
    const { id, check } = await prepare()
    const forged = { 'X-Auth-Key-Id': 'key_forged', 'X-Auth-Scopes': 'everything' }
    const { headers } = await check(PATH, { headers: forged })
    expect(headers).toMatchObject({ 'x-auth-key-id': id, 'x-auth-scopes': '*' })
    const refused = await check(PATH, { headers: { ...forged, Authorization: 'Bearer nas_x' } })
    expect(refused.headers).toMatchObject(noIdentity)
  })

  test("Traefik's own headers are ignored", async () => {
    const { check } = await prepare()
    const headers = {
      'X-Forwarded-Method': 'POST',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'api.example.com',
      'X-Forwarded-Uri': '/orders?scope=x',
      'X-Forwarded-Port': '443',
    }
    expect((await check(PATH, { headers })).status).toBe(200)
  })

  test('a forwarded upgrade is answered as a plain request', async () => {
    const { check } = await prepare()
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
    expect((await check(PATH, { headers })).status).toBe(200)
  })

  test('a gateway that TRUST_PROXY trusts names the client address', async () => {
    const allowedIps = ['192.0.2.1']
    const direct = await prepare({}, { allowedIps })
    const trusting = await prepare({ env: { TRUST_PROXY: '1' } }, { allowedIps })
    const from = async ({ check }: typeof direct, addresses: string) =>
      (await check(PATH, { headers: { 'X-Forwarded-For': addresses } })).headers['x-auth-code']
    expect(await from(direct, '192.0.2.1')).toBe('IP_NOT_ALLOWED')
    expect(await from(trusting, '192.0.2.1')).toBe('VALID')
    expect(await from(trusting, '203.0.113.9, 192.0.2.1')).toBe('VALID')
    expect(await from(trusting, '192.0.2.1, 203.0.113.9')).toBe('IP_NOT_ALLOWED')
    expect(await from(trusting, 'nonsense')).toBe('IP_NOT_ALLOWED')
  })
})

describe('bodies', () => {
  test('of any size and kind are thrown away, and the connection stays open', async () => {
    const { api, check } = await prepare()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    let connections = 0
    api.app.server.on('connection', () => connections++)
    const large = Buffer.alloc(3 * 1024 * 1024, 'x')
    for (const [type, body] of [
      ['application/json', '{"broken'],
      ['application/json', large],
      ['text/xml', '<a/>'],
      ['not a type', 'x'],
      ['', large],
    ] as const)
      for (const method of ['POST', 'GET', 'QUERY', 'DELETE', 'PROPFIND']) {
        const headers: Sent['headers'] = type ? { 'Content-Type': type } : {}
        const { status } = await check(PATH, { method, body, agent, headers })
        expect([type, method, status]).toEqual([type, method, 200])
      }
    expect(connections).toBe(1)
  })

  test.each(['Content-Length: 1000000000', 'Transfer-Encoding: chunked'])(
    'the answer does not wait for one (%s)',
    async (header) => {
      const { api, credentials } = await prepare()
      const { port } = new URL(api.address)
      const socket = connect(Number(port), '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      const lines = Object.entries({ Host: 'localhost', ...credentials }).map(
        ([name, value]) => `${name}: ${value}`,
      )
      socket.write([`POST ${PATH} HTTP/1.1`, ...lines, header, '', ''].join('\r\n'))
      const answer = await new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(data.toString())),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    },
  )
})
