import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import {
  expectError,
  testApi,
  testOnPostgres,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'

/** Sends bytes as they are, which no client library would. */
async function raw(api: TestApi, request: string): Promise<string> {
  const { port } = new URL(api.address)
  const socket = connect(Number(port), '127.0.0.1')
  socket.end(request)
  return text(socket)
}

describe('bodies', () => {
  const post = async (contentType: string, body: string | Buffer) => {
    const api = await testApi()
    const { agent } = await api.owner()
    return agent
      .post('/api/keys')
      .set('Content-Type', contentType)
      .serialize((sent: unknown) => sent as string)
      .send(body as string)
  }

  test.each([
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
  ])('%s is a 415', async (contentType) => {
    expectError(await post(contentType, 'label=x'), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('more than 64 KiB is a 413', async () => {
    const body = JSON.stringify({ label: 'x'.repeat(64 * 1024) })
    expectError(await post('application/json', body), 413, 'PAYLOAD_TOO_LARGE')
  })

  test.each(['{', '', '[]', 'null', '"text"', '{"label":"x"}}', "{'label':'x'}"])(
    '%j is a 400 that does not quote it',
    async (body) => {
      const answer = await post('application/json', body)
      expectError(answer, 400, 'INVALID_INPUT')
    },
  )

  test('what is not UTF-8 is refused, not repaired', async () => {
    const body = Buffer.concat([Buffer.from('{"label":"'), Buffer.from([0xff]), Buffer.from('"}')])
    expectError(await post('application/json', body), 400, 'INVALID_INPUT')
  })

  test('a __proto__ field is a 400', async () => {
    const answer = await post('application/json', '{"label":"x","__proto__":{"isAdmin":true}}')
    expectError(answer, 400, 'INVALID_INPUT')
  })

  test('an unknown field is named, unless it could be a secret', async () => {
    const key = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'
    const answer = await post(
      'application/json',
      JSON.stringify({ label: 'x', [key]: 1, extra: 2 }),
    )
    expect(answer.body.details).toEqual([
      { path: '?', message: 'Unknown field' },
      { path: 'extra', message: 'Unknown field' },
    ])
    expect(JSON.stringify(answer.body)).not.toContain(key)
  })

  test('a field is unknown, too, where a call takes no body', async () => {
    const api = await testApi()
    const headers = { Authorization: `Bearer ${await api.serviceToken()}` }
    const agent = '/api/internal/agents/11111111-1111-4111-8111-111111111111'
    const remove = () => api.request.delete(agent).set(headers)
    for (const body of ['{"extra":1}', '[]', '"text"'])
      expectError(await remove().type('json').send(body), 400, 'INVALID_INPUT')
    const { body } = await remove().send({ extra: 1 })
    expect(body).toMatchObject({ details: [{ path: 'extra', message: 'Unknown field' }] })
    expectError(await remove().send({}), 404, 'NOT_FOUND')
  })
})

describe('request ids', () => {
  test.each(['abc', 'A.b_c-9', 'x'.repeat(64)])('%s is kept', async (id) => {
    const { request } = await testApi()
    const answer = await request.get('/healthz').set('X-Request-Id', id)
    expect(answer.headers['x-request-id']).toBe(id)
  })

  test.each([
    'x'.repeat(65),
    'a b',
    'a/b',
    'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c',
    'eyJhbGci.eyJzdWIi.sig',
  ])('%s is replaced', async (id) => {
    const { request } = await testApi()
    const answer = await request.get('/healthz').set('X-Request-Id', id)
    expect(answer.headers['x-request-id']).toMatch(/^[\w-]{18,}$/)
    expect(answer.headers['x-request-id']).not.toBe(id)
  })
})

describe('what is not there', () => {
  test.each(['/api', '/api/nothing', '/api/keys/key_x/nothing', '/nothing', '/assets/x.js'])(
    '%s is a JSON 404',
    async (path) => {
      const { request } = await testApi()
      expectError(await request.get(path), 404, 'NOT_FOUND')
      expectError(await request.get(path).set('Accept', 'text/html'), 404, 'NOT_FOUND')
      expectError(await request.post(path).send({}), 404, 'NOT_FOUND')
    },
  )

  test.each(['/%zz', '/api/keys/%e0%a4%a'])('a malformed URL such as %s is a 400', async (path) => {
    const api = await testApi()
    const answer = await raw(
      api,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/x-request-id: /i)
    expect(answer).toContain('"code":"INVALID_INPUT"')
  })

  test.each([
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'two Hosts',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'an expectation',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\nConnection: close\r\n\r\n',
      417,
    ],
  ])('%s is refused in the same shape', async (_, request, status) => {
    const answer = await raw(await testApi(), request)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/x-request-id: \S/i)
    expect(answer).toContain('"code":"INVALID_INPUT"')
  })

  test('what is no HTTP at all is a 400 in the same shape', async () => {
    const api = await testApi()
    const answer = await raw(api, 'nonsense\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code":"INVALID_INPUT"')
  })
})

describe('logs', () => {
  test('no credential is in them, wherever it was sent', async () => {
    const api = await testApi({ env: { LOG_LEVEL: 'trace' } })
    const { key } = await api.issueKey(await api.owner())
    const token = await api.serviceToken()
    const encoded = key.replace('_', '%5f')
    await api.request.get(`/api/keys/${key}?key=${key}`)
    await api.request.get(`/${encodeURIComponent(encoded)}`)
    await api.request.get(`/${encoded}`).set('User-Agent', key)
    await api.request.get(`/api/nothing/${token}`).set('X-Request-Id', token)
    await api.request.get('/api/whoami').set('Authorization', `Bearer ${key}`)
    await api.request.post(`/api/auth/verify?token=${token}`).send({ key })
    const logged = api.logs.join('')
    expect(logged).toContain('"path":"/api/keys/:id"')
    for (const secret of [key, token, encoded, key.slice(4), token.slice(7)])
      expect(logged).not.toContain(secret)
  })
})

describe('other origins', () => {
  const portal = 'https://portal.example'

  test('PORTAL_ORIGINS may call with credentials; nobody else gets a CORS header', async () => {
    const api = await testApi({ env: { PORTAL_ORIGINS: portal } })
    const allowed = await api.request.get('/api/keys').set('Origin', portal)
    expect(allowed.headers['access-control-allow-origin']).toBe(portal)
    expect(allowed.headers['access-control-allow-credentials']).toBe('true')
    const refused = await api.request.get('/api/keys').set('Origin', `${portal}.evil.example`)
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('by default there is no CORS at all', async () => {
    const api = await testApi()
    const answer = await api.request.get('/api/keys').set('Origin', portal)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('a change from a foreign origin or host is a 403, for every person who is signed in', async () => {
    const api = await testApi()
    const { agent } = await api.owner()
    const create = (headers: Record<string, string>) =>
      agent.post('/api/keys').set(headers).send({ label: 'x' })
    for (const headers of [
      { Origin: portal },
      { Origin: 'null' },
      { Origin: 'http://localhost:3001' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { Host: 'evil.example' },
      { Host: 'localhost.evil.example' },
    ] as Record<string, string>[])
      expectError(await create(headers), 403, 'FORBIDDEN')
    expectError(await agent.get('/api/keys').set('Host', 'evil.example'), 403, 'FORBIDDEN')
    await create({}).expect(201)
    await create({ Origin: 'http://localhost:3000' }).expect(201)
  })
})

testOnPostgres('a lost connection is a 503 at most, and the next request is answered', async () => {
  const api = await testApi({ dialect: 'postgres' })
  const { key } = await api.issueKey(await api.owner())
  const whoami = () => api.request.get('/api/whoami').set('Authorization', `Bearer ${key}`)
  for (let round = 0; round < 5; round++) {
    const asking = Array.from({ length: 8 }, async () => (await whoami()).status)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()`.execute(api.ctx.db)
    for (const status of await Promise.all(asking)) expect([200, 503]).toContain(status)
  }
  await expect.poll(async () => (await whoami()).status).toBe(200)
})

test('a dead database is a 503, never a 401, and /readyz tells', async () => {
  const api = await testApi()
  const { agent } = await api.owner()
  const token = await api.serviceToken()
  await api.request.get('/readyz').expect(200)
  await api.ctx.database.close()
  expectError(await agent.get('/api/keys'), 503, 'UNAVAILABLE')
  const verify = await api.request
    .post('/api/auth/verify')
    .set('Authorization', `Bearer ${token}`)
    .send({ key: 'x' })
  expectError(verify, 503, 'UNAVAILABLE')
  const whoami = await api.request.get('/api/whoami').set('Authorization', 'Bearer nas_x')
  expectError(whoami, 503, 'UNAVAILABLE')
  expectError(await api.request.get('/readyz'), 503, 'UNAVAILABLE')
  await api.request.get('/healthz').expect(200)
})
