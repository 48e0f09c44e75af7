import { describe, expect, test } from 'vitest'
import {
  errorOf,
  noIdentity,
  send,
  type Answer,
  type Sent,
} from '../../../../test/gateway-client.ts'
import { onEachDatabase, testApi, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'

const PATH = '/api/auth/check'

/** A gateway with a token of its own, asking about a key in `Authorization`. */
async function gateway(api: TestApi, options: Parameters<TestApi['serviceToken']>[0] = {}) {
  const token = await api.serviceToken({ scopes: ['keys:verify'], ...options })
  const ask = (path: string, headers: Sent['headers'] = {}, sent: Sent = {}) =>
    send(api.address, path, { ...sent, headers: { 'X-Service-Token': token, ...headers } })
  const check = (key: string, query = '', sent: Sent = {}) =>
    ask(PATH + query, { Authorization: `Bearer ${key}`, ...sent.headers }, sent)
  return { token, ask, check }
}

function expectRefusal(answer: Answer, status: number, code: string, authCode: string): void {
  expect(answer.status).toBe(status)
  expect(errorOf(answer)).toMatchObject({ code, requestId: answer.headers['x-request-id'] })
  expect(answer.headers).toMatchObject({
    ...noIdentity,
    'x-auth-code': authCode,
    'cache-control': 'no-store',
  })
}

onEachDatabase((open) => {
  test('a good key is a 200 without a body, with the identity in headers', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { environment: 'staging', scopes: ['a', 'b:c'] })
    const { check } = await gateway(api)
    const answer = await check(key)
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.headers).toMatchObject({
      'x-auth-key-id': id,
      'x-auth-organization-id': owner.organizationId,
      'x-auth-environment': 'staging',
      'x-auth-scopes': 'a b:c',
      'x-auth-code': 'VALID',
      'ratelimit-policy': '"default";q=100;w=60',
      ratelimit: expect.stringContaining('"default";r=99;t='),
      'cache-control': 'no-store',
    })
  })

  test('a key without scopes may do everything, which is *', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    const { check } = await gateway(api)
    expect((await check(key)).headers['x-auth-scopes']).toBe('*')
  })

  test('unknown, revoked, expired and disabled keys differ in X-Auth-Code alone', async () => {
    const api = await open()
    const owner = await api.owner()
    const soon = new Date(Date.parse(api.clock.now()) + 1000).toISOString()
    const revoked = await api.issueKey(owner)
    const expired = await api.issueKey(owner, { expiresAt: soon })
    const disabled = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    api.clock.advance(1)
    const { ask } = await gateway(api)
    const answers: Answer[] = []
    for (const [secret, code] of [
      ['nas_unknown', 'NOT_FOUND'],
      [revoked.key, 'REVOKED'],
      [expired.key, 'EXPIRED'],
      [disabled.key, 'DISABLED'],
    ] as const) {
      const headers = { Authorization: `Bearer ${secret}`, 'X-Request-Id': 'same' }
      const answer = await ask(PATH, headers)
      expectRefusal(answer, 401, 'UNAUTHORIZED', code)
      const { date: _date, 'x-auth-code': _code, ...rest } = answer.headers
      answers.push({ ...answer, headers: rest })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]!.headers['www-authenticate']).toBe(
      'Bearer realm="nas", error="invalid_token"',
    )
  })

  test('the first check after a revocation refuses the key', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    const { check } = await gateway(api)
    expect((await check(key)).status).toBe(200)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expectRefusal(await check(key), 401, 'UNAUTHORIZED', 'REVOKED')
  })

  test('every ?scope= must hold', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner, { scopes: ['a', 'b:c'] })
    const unrestricted = await api.issueKey(owner)
    const { check } = await gateway(api)
    for (const query of ['', '?scope=a', '?scope=a&scope=b:c', '?scope=a&scope=a'])
      expect((await check(key, query)).status).toBe(200)
    expect((await check(unrestricted.key, '?scope=x&scope=y')).status).toBe(200)
    const answer = await check(key, '?scope=a&scope=x&scope=y')
    expectRefusal(answer, 403, 'INSUFFICIENT_SCOPE', 'INSUFFICIENT_SCOPE')
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="nas", error="insufficient_scope", scope="a x y"',
    )
  })

  test('a key out of budget is a 429, or the 403 that ?deny=403 asks for', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner(), { rateLimitPerMinute: 2 })
    const { check } = await gateway(api)
    expect((await check(key)).headers['ratelimit']).toMatch(/;r=1;/)
    expect((await check(key, '?deny=403')).status).toBe(200)
    for (const [query, status] of [
      ['', 429],
      ['?deny=403', 403],
      ['?deny=500', 429],
      ['?deny=403&deny=403', 429],
    ] as const) {
      const answer = await check(key, query)
      expectRefusal(answer, status, 'RATE_LIMITED', 'RATE_LIMITED')
      const retryAfter = Number(answer.headers['retry-after'])
      expect(retryAfter).toBeGreaterThan(0)
      expect(errorOf(answer)).toMatchObject({ error: 'Rate limit exceeded', retryAfter })
      expect(answer.headers['ratelimit']).toBe(`"default";r=0;t=${retryAfter}`)
    }
    api.clock.advance(60)
    expect((await check(key)).status).toBe(200)
  })

  test('a refused check takes nothing from the budget', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner(), {
      rateLimitPerMinute: 1,
      scopes: ['a'],
    })
    const { check } = await gateway(api)
    for (let i = 0; i < 3; i++) expect((await check(key, '?scope=b')).status).toBe(403)
    expect((await check(key)).status).toBe(200)
  })

  test('a gateway limited to organizations sees the keys of others as unknown', async () => {
    const api = await open()
    const owner = await api.owner()
    const mine = await api.issueKey(owner)
    const foreign = await api.issueKey(await api.owner())
    const { check } = await gateway(api, { organizationIds: [owner.organizationId] })
    expect((await check(mine.key)).status).toBe(200)
    expectRefusal(await check(foreign.key), 401, 'UNAUTHORIZED', 'NOT_FOUND')
  })

  test('a dead database is a 503, neither a yes nor a 401', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    const { check } = await gateway(api)
    await api.ctx.database.close()
    expectRefusal(await check(key), 503, 'UNAVAILABLE', 'UNAVAILABLE')
  })
})

describe("the client's credential", () => {
  async function prepare() {
    const api = await testApi()
    const { ask, token } = await gateway(api)
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const other = await api.issueKey(owner)
    return { ask, token, key, other: other.key }
  }

  test('is taken from Authorization, from X-API-Key, or from both if they agree', async () => {
    const { ask, key } = await prepare()
    for (const headers of [
      { Authorization: `Bearer ${key}` },
      { Authorization: `bearer ${key}` },
      { 'X-API-Key': key },
      { Authorization: '', 'X-API-Key': key },
      { Authorization: `Bearer ${key}`, 'X-API-Key': '' },
      { Authorization: `Bearer ${key}`, 'X-API-Key': key },
      { Authorization: 'Basic eDp5', 'X-API-Key': key },
    ])
      expect([headers, (await ask(PATH, headers)).status]).toEqual([headers, 200])
  })

  test('is refused where the two differ, also when both are good', async () => {
    const { ask, key, other, token } = await prepare()
    for (const headers of [
      { Authorization: `Bearer ${key}`, 'X-API-Key': other },
      { Authorization: `Bearer ${key}`, 'X-API-Key': 'x' },
      { Authorization: 'Bearer x', 'X-API-Key': key },
      { 'X-API-Key': [key, other] },
      { Authorization: [`Bearer ${key}`, `Bearer ${other}`] },
      { 'X-API-Key': `Bearer ${key}` },
      { Authorization: `Basic ${key}` },
      { Authorization: `Bearer ${token}` },
    ] as Record<string, string | string[]>[])
      expectRefusal(await ask(PATH, headers), 401, 'UNAUTHORIZED', 'NOT_FOUND')
  })

  test('is never taken from a query or a cookie', async () => {
    const { ask, key } = await prepare()
    const answer = await ask(`${PATH}?key=${key}&access_token=${key}`, { Cookie: `key=${key}` })
    expectRefusal(answer, 401, 'UNAUTHORIZED', 'NOT_FOUND')
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="nas"')
  })
})

describe("the gateway's own token", () => {
  test('is refused like any other, and told apart by X-Auth-Code', async () => {
    const api = await testApi()
    const { key } = await api.issueKey(await api.owner())
    const good = { Authorization: `Bearer ${key}` }
    const expiresAt = new Date(Date.parse(api.clock.now()) + 1000).toISOString()
    const expiring = await api.serviceToken({ expiresAt })
    const misplaced = { Authorization: `Bearer ${await api.serviceToken()}`, 'X-API-Key': key }
    api.clock.advance(1)
    const challenges = [
      [{}, 'Bearer realm="nas"'],
      [misplaced, 'Bearer realm="nas"'],
      [{ 'X-Service-Token': 'x' }, 'Bearer realm="nas", error="invalid_token"'],
      [{ 'X-Service-Token': key }, 'Bearer realm="nas", error="invalid_token"'],
      [{ 'X-Service-Token': expiring }, 'Bearer realm="nas", error="invalid_token"'],
    ] as const
    for (const [headers, challenge] of challenges) {
      const answer = await send(api.address, PATH, { headers: { ...good, ...headers } })
      expectRefusal(answer, 401, 'UNAUTHORIZED', 'SERVICE_TOKEN_REFUSED')
      expect(answer.headers['www-authenticate']).toBe(challenge)
    }
  })

  test('needs the scope keys:verify', async () => {
    const api = await testApi()
    const { key } = await api.issueKey(await api.owner())
    const { check } = await gateway(api, { scopes: ['keys:manage', 'calls:consume'] })
    const answer = await check(key)
    expectRefusal(answer, 403, 'INSUFFICIENT_SCOPE', 'SERVICE_TOKEN_REFUSED')
  })
})
