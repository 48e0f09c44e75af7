import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { errorOf, send, type Sent } from '../gateway-client.ts'
import { testApi } from '../kit.ts'
import { startUpstream } from './upstream.ts'

/** A gateway that runs with the configuration we ship. */
export type Gateway = { address: string }

/** Starts it until the test has finished; addresses are `host:port`. */
export type StartGateway = (options: {
  keys: string
  service: string
  serviceToken: string
  /** The scopes that a key needs to get through. */
  scopes: string[]
}) => Promise<Gateway>

async function prepare(
  start: StartGateway,
  { scopes = [], serviceToken }: { scopes?: string[]; serviceToken?: string } = {},
) {
  const api = await testApi({ env: { TRUST_PROXY: '1' } })
  const { address: service, received } = await startUpstream()
  const gateway = await start({
    keys: new URL(api.address).host,
    service,
    serviceToken: serviceToken ?? (await api.serviceToken({ scopes: ['keys:verify'] })),
    scopes,
  })
  const owner = await api.owner()
  const call = (key: string, sent: Sent = {}, path = '/orders/1') =>
    send(gateway.address, path, {
      ...sent,
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...sent.headers },
    })
  return { api, owner, received, call }
}

const forged = {
  'X-Auth-Key-Id': 'key_forged',
  'X-Auth-Organization-Id': 'org_forged',
  'X-Auth-Environment': 'forged',
  'X-Auth-Scopes': 'forged',
  'X-Auth-Code': 'forged',
  'X-Service-Token': 'forged',
  X_Auth_Key_Id: 'key_forged',
  'X-Auth_Scopes': 'forged',
}

/**
 * What every gateway holds to, whichever it is.
 *
 * @param statusWhenDown what its client gets while nobody can tell whether a key is good
 */
export function holdsToTheRules(start: StartGateway, statusWhenDown: number): void {
  test('a request with a good key gets through, with the identity of the key', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { id, key } = await api.issueKey(owner, { scopes: ['a', 'b:c'] })
    const answer = await call(key, { method: 'PUT', body: 'hello' }, '/orders/1?q=a%20b')
    expect([answer.status, answer.text]).toEqual([200, 'reached'])
    const { method, url, body, headers } = received[0]!
    expect([method, url, body.toString()]).toEqual(['PUT', '/orders/1?q=a%20b', 'hello'])
    expect(headers).toMatchObject({
      'x-auth-key-id': id,
      'x-auth-organization-id': owner.organizationId,
      'x-auth-environment': 'production',
      'x-auth-scopes': 'a b:c',
    })
  })

  test('a key in X-API-Key is as good', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { id, key } = await api.issueKey(owner)
    expect((await call('', { headers: { 'X-API-Key': key } })).status).toBe(200)
    expect(received[0]!.headers['x-auth-key-id']).toBe(id)
  })

  test('every method gets through with its own name', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']
    for (const method of methods) expect((await call(key, { method })).status).toBe(200)
    expect(received.map(({ method }) => method)).toEqual(methods)
    for (const method of methods) expect((await call('nas_x', { method })).status).toBe(401)
    expect(received).toHaveLength(methods.length)
  })

  test('neither the key nor the service token reaches the service', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    const answer = await call(key, { headers: { 'X-API-Key': key } })
    expect(answer.status).toBe(200)
    const { headers } = received[0]!
    expect(JSON.stringify(headers)).not.toMatch(/nas(svc)?_/)
    for (const name of ['authorization', 'x-api-key', 'x-service-token', 'x-auth-code'])
      expect(headers).not.toHaveProperty(name)
  })

  test('what a client makes up about itself never reaches the service', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { id, key } = await api.issueKey(owner)
    expect((await call(key, { headers: forged })).status).toBe(200)
    expect(received[0]!.headers['x-auth-key-id']).toBe(id)
    expect(JSON.stringify(received[0]!.headers)).not.toContain('forged')
    const refused = await call('nas_x', { headers: forged })
    expect([refused.status, received.length]).toEqual([401, 1])
    expect(JSON.stringify(refused.headers)).not.toContain('forged')
  })

  test('a client cannot have the identity taken off on the way as hop-by-hop headers', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { id, key } = await api.issueKey(owner, { allowedIps: ['127.0.0.1'] })
    const names = [...Object.keys(forged), 'X-Forwarded-For', 'Content-Length']
    for (const first of ['keep-alive', 'Upgrade']) {
      const headers = { Connection: [first, ...names].join(', '), Upgrade: 'websocket' }
      expect((await call(key, { headers })).status).toBe(200)
      const { headers: arrived } = received.pop()!
      expect(arrived).toMatchObject({ 'x-auth-key-id': id, 'x-auth-scopes': '*' })
    }
  })

  test.each([
    ['no key', ''],
    ['an unknown key', 'nas_unknown'],
  ])('%s is a 401 with the JSON error and the challenge', async (_, key) => {
    const { call, received } = await prepare(start)
    const answer = await call(key, { method: 'POST', body: 'x' })
    expect(answer.status).toBe(401)
    expect(errorOf(answer)).toMatchObject({ error: 'Invalid API key', code: 'UNAUTHORIZED' })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    const challenge = 'Bearer realm="nas"' + (key && ', error="invalid_token"')
    expect(answer.headers['www-authenticate']).toBe(challenge)
    expect(Object.keys(answer.headers).join()).not.toContain('x-auth-')
    expect(received).toEqual([])
  })

  test('two different keys in one request are refused', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    const other = await api.issueKey(owner)
    expect((await call(key, { headers: { 'X-API-Key': other.key } })).status).toBe(401)
    expect(received).toEqual([])
  })

  test('a key without the scope is a 403 with the JSON error and the challenge', async () => {
    const { owner, api, call, received } = await prepare(start, { scopes: ['a', 'b:c'] })
    const { key } = await api.issueKey(owner, { scopes: ['a'] })
    const answer = await call(key)
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'INSUFFICIENT_SCOPE'])
    expect(answer.headers['www-authenticate']).toContain('scope="a b:c"')
    expect(received).toEqual([])
    const allowed = await api.issueKey(owner, { scopes: ['a', 'b:c'] })
    expect((await call(allowed.key)).status).toBe(200)
  })

  test("a client's own query is no question of the gateway's", async () => {
    const { owner, api, call } = await prepare(start)
    const { key } = await api.issueKey(owner, { scopes: ['a'] })
    expect((await call(key, {}, '/orders?scope=b&scope=Not%20One')).status).toBe(200)
  })

  test('a key out of budget is a 429 that says when to come back', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner, { rateLimitPerMinute: 1 })
    expect((await call(key)).status).toBe(200)
    const answer = await call(key, {}, '/orders?deny=403')
    const retryAfter = Number(answer.headers['retry-after'])
    expect(retryAfter).toBeGreaterThan(0)
    expect(answer.status).toBe(429)
    expect(errorOf(answer)).toMatchObject({
      error: 'Rate limit exceeded',
      code: 'RATE_LIMITED',
      retryAfter,
    })
    expect(answer.headers['ratelimit']).toBe(`"default";r=0;t=${retryAfter}`)
    expect(received).toHaveLength(1)
  })

  test('a revoked key is refused by the very next request', async () => {
    const { owner, api, call } = await prepare(start)
    const { id, key } = await api.issueKey(owner)
    for (let i = 0; i < 3; i++) expect((await call(key)).status).toBe(200)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expect((await call(key)).status).toBe(401)
  })

  test("the client's address is the one it connects from, whatever it says", async () => {
    const { owner, api, call } = await prepare(start)
    const here = await api.issueKey(owner, { allowedIps: ['127.0.0.1'] })
    const elsewhere = await api.issueKey(owner, { allowedIps: ['192.0.2.1'] })
    const headers = { 'X-Forwarded-For': '192.0.2.1', 'X-Real-IP': '192.0.2.1' }
    expect((await call(here.key, { headers })).status).toBe(200)
    const answer = await call(elsewhere.key, { headers })
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'IP_NOT_ALLOWED'])
  })

  test('a large body arrives whole, and the key service never sees it', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    const asked: { bytesRead: number }[] = []
    api.app.server.on('connection', (socket) => asked.push(socket))
    const body = randomBytes(1024 * 1024)
    expect((await call(key, { method: 'POST', body })).status).toBe(200)
    expect(received[0]!.body.equals(body)).toBe(true)
    expect(asked).toHaveLength(1)
    expect(asked[0]!.bytesRead).toBeLessThan(2048)
  })

  test('a key with all the scopes it can hold gets through', async () => {
    const { owner, api, call, received } = await prepare(start)
    const scopes = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(100, 's'))
    const { key } = await api.issueKey(owner, { scopes })
    expect((await call(key)).status).toBe(200)
    expect(received[0]!.headers['x-auth-scopes']).toBe(scopes.join(' '))
  })

  test('many requests are asked about over one connection', async () => {
    const { owner, api, call } = await prepare(start)
    const { key } = await api.issueKey(owner)
    let connections = 0
    api.app.server.on('connection', () => connections++)
    for (let i = 0; i < 10; i++) expect((await call(key)).status).toBe(200)
    for (let i = 0; i < 10; i++) expect((await call('nas_x')).status).toBe(401)
    expect(connections).toBe(1)
  })

  test('while the key service is down, nothing gets through', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    expect((await call(key)).status).toBe(200)
    await api.app.close()
    expect((await call(key)).status).toBe(statusWhenDown)
    expect(received).toHaveLength(1)
  })

  test('while its database is down, nothing gets through', async () => {
    const { owner, api, call, received } = await prepare(start)
    const { key } = await api.issueKey(owner)
    await api.ctx.database.close()
    const answer = await call(key)
    expect([answer.status, errorOf(answer).code]).toEqual([503, 'UNAVAILABLE'])
    expect(received).toEqual([])
  })

  test("a gateway whose own token is refused does not blame its client's key", async () => {
    const { owner, api, call, received } = await prepare(start, { serviceToken: 'nassvc_wrong' })
    const { key } = await api.issueKey(owner)
    const answer = await call(key)
    expect([answer.status, errorOf(answer).code]).toEqual([503, 'UNAVAILABLE'])
    expect(errorOf(answer).requestId).toMatch(/^[\w-]+$/)
    expect(received).toEqual([])
  })
}
