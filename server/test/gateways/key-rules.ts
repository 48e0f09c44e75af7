import { expect, test } from 'vitest'
import { errorOf } from '../gateway-client.ts'
import { prepare, type Gateway } from './gateway.ts'

/** How the key of a request decides what happens to it. */
export function judgesKeys(gateway: Gateway): void {
  test('a request with a good key gets through, with the identity of the key', async () => {
    const { owner, api, call, received } = await prepare(gateway)
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
    const { owner, api, call, received } = await prepare(gateway)
    const { id, key } = await api.issueKey(owner)
    expect((await call('', { headers: { 'X-API-Key': key } })).status).toBe(200)
    expect(received[0]!.headers['x-auth-key-id']).toBe(id)
  })

  test('every method gets through with its own name', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']
    for (const method of methods) expect((await call(key, { method })).status).toBe(200)
    expect(received.map(({ method }) => method)).toEqual(methods)
    for (const method of methods) expect((await call('nas_x', { method })).status).toBe(401)
    expect(received).toHaveLength(methods.length)
  })

  test('neither the key nor the service token reaches the service', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    const answer = await call(key, { headers: { 'X-API-Key': key } })
    expect(answer.status).toBe(200)
    const { headers } = received[0]!
    expect(JSON.stringify(headers)).not.toMatch(/nas(svc)?_/)
    for (const name of ['authorization', 'x-api-key', 'x-service-token', 'x-auth-code'])
      expect(headers).not.toHaveProperty(name)
  })

  test.each([
    ['no key', ''],
    ['an unknown key', 'nas_unknown'],
  ])('%s is a 401 with the JSON error and the challenge', async (_, key) => {
    const { call, received } = await prepare(gateway)
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
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    const other = await api.issueKey(owner)
    expect((await call(key, { headers: { 'X-API-Key': other.key } })).status).toBe(401)
    expect(received).toEqual([])
  })

  test('a key without the scope is a 403 with the JSON error and the challenge', async () => {
    const { owner, api, call, received } = await prepare(gateway, { scopes: ['a', 'b:c'] })
    const { key } = await api.issueKey(owner, { scopes: ['a'] })
    const answer = await call(key)
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'INSUFFICIENT_SCOPE'])
    expect(answer.headers['www-authenticate']).toContain('scope="a b:c"')
    expect(received).toEqual([])
    const allowed = await api.issueKey(owner, { scopes: ['a', 'b:c'] })
    expect((await call(allowed.key)).status).toBe(200)
  })

  test("a client's own query is no question of the gateway's", async () => {
    const { owner, api, call } = await prepare(gateway)
    const { key } = await api.issueKey(owner, { scopes: ['a'] })
    expect((await call(key, {}, '/orders?scope=b&scope=Not%20One')).status).toBe(200)
  })

  test('a key out of budget is a 429 that says when to come back', async () => {
    const { owner, api, call, received } = await prepare(gateway)
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
    const { owner, api, call } = await prepare(gateway)
    const { id, key } = await api.issueKey(owner)
    for (let i = 0; i < 3; i++) expect((await call(key)).status).toBe(200)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expect((await call(key)).status).toBe(401)
  })

  test("the client's address is the one it connects from, whatever it says", async () => {
    const { owner, api, call } = await prepare(gateway)
    const allowedIps = [gateway.loopbackIsToldAs ?? '127.0.0.1']
    const here = await api.issueKey(owner, { allowedIps })
    const elsewhere = await api.issueKey(owner, { allowedIps: ['192.0.2.1'] })
    const headers = { 'X-Forwarded-For': '192.0.2.1', 'X-Real-IP': '192.0.2.1' }
    expect((await call(here.key, { headers })).status).toBe(200)
    const answer = await call(elsewhere.key, { headers })
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'IP_NOT_ALLOWED'])
  })

  test('a key with all the scopes it can hold gets through', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const scopes = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(100, 's'))
    const { key } = await api.issueKey(owner, { scopes })
    expect((await call(key)).status).toBe(200)
    expect(received[0]!.headers['x-auth-scopes']).toBe(scopes.join(' '))
  })

  test('while its database is down, nothing gets through', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const { key } = await api.issueKey(owner)
    await api.ctx.database.close()
    const answer = await call(key)
    expect([answer.status, errorOf(answer).code]).toEqual([503, 'UNAVAILABLE'])
    expect(received).toEqual([])
  })

  test('a gateway whose own token is refused lets nobody through, and says so', async () => {
    const { owner, api, call, received } = await prepare(gateway, { serviceToken: 'nassvc_wrong' })
    const { key } = await api.issueKey(owner)
    const answer = await call(key)
    expect(answer.status).toBe(gateway.statusWhen.tokenIsRefused)
    if (answer.status === 503) expect(errorOf(answer).code).toBe('UNAVAILABLE')
    expect(errorOf(answer).requestId).toMatch(/^[\w-]+$/)
    expect(received).toEqual([])
  })
}
