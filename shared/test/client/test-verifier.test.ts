// The stand-in that other teams test with: it judges as the service does, and guards take it.
import { fastify } from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fastifyGuard } from '../../client/guards/fastify-guard.ts'
import type { Question, Verdict } from '../../client/verifier.ts'
import { createTestVerifier, type TestKey } from '../../client/test-verifier.ts'
import { bearer, expectRefusal, frameworks, REQUEST_ID, type GuardSettings } from './frameworks.ts'
import { serviceWithClient } from './kit.ts'

const KEY = 'a key of this test'
const keyOf = (settings: Partial<TestKey> = {}): TestKey => ({
  key: KEY,
  organizationId: 'org_1',
  ...settings,
})

test('it judges keys as the service does', async () => {
  const { api, owner, client } = await serviceWithClient()
  const expiresAt = new Date(Date.parse(api.clock.now()) + 3_600_000).toISOString()
  const kinds: Record<string, Partial<TestKey>> = {
    plain: {},
    scoped: { scopes: ['a', 'b:c'], label: 'Web', environment: 'staging' },
    local: { allowedIps: ['203.0.113.0/24', '2001:db8::/32'], expiresAt },
    poor: { rateLimitPerMinute: 3 },
    disabled: { scopes: ['a'] },
    revoked: {},
  }
  const keys: Record<string, TestKey> = {}
  for (const [kind, settings] of Object.entries(kinds)) {
    const { id, key } = await api.issueKey(owner, { label: kind, ...settings })
    const whom = { key, keyId: id, organizationId: owner.organizationId }
    keys[kind] = { label: kind, rateLimitPerMinute: 100, ...settings, ...whom }
  }
  const { disabled, revoked } = keys as Record<'disabled' | 'revoked', TestKey>
  const path = `/api/keys/${disabled.keyId}`
  await owner.agent.patch(path).send({ enabled: false }).expect(200)
  await owner.agent.delete(`/api/keys/${revoked.keyId}`).expect(204)
  const verifier = createTestVerifier({
    keys: Object.values({ ...keys, disabled: { ...disabled, enabled: false } }),
  })
  verifier.revoke(revoked.key)

  const questions: (Question | undefined)[] = [
    undefined,
    { cost: 0 },
    { scopes: ['a'] },
    { scopes: ['a', 'b:c'], cost: 2 },
    { ip: '203.0.113.7' },
    { ip: '[2001:db8::1]:443', scopes: ['x'] },
    { ip: '198.51.100.1', cost: 1000 },
    { cost: 0 },
  ]
  const secrets = [...Object.values(keys).map(({ key }) => key), 'nas_unknown', '']
  const asked = secrets.flatMap((key) => questions.map((question) => ({ key, question })))
  // By the clock of the service, so that both have the same minute.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(api.clock.now()) })
  const verdicts = asked.map(({ key, question }) => verifier.verifyNow(key, question))
  vi.useRealTimers()
  for (const [index, { key, question }] of asked.entries()) {
    const expected: Verdict = await client.verify(key, question)
    expect(verdicts[index]).toEqual({ ...expected, source: 'lease' })
  }
})

describe('a test', () => {
  test('says what a key is only as far as it matters', async () => {
    const verifier = createTestVerifier({ keys: [keyOf()] })
    expect(verifier.verifyNow(KEY, { scopes: ['anything'], ip: '203.0.113.7' })).toEqual({
      valid: true,
      code: 'VALID',
      keyId: 'key_test1',
      organizationId: 'org_1',
      label: 'Test key 1',
      environment: 'production',
      scopes: [],
      expiresAt: null,
      rateLimit: { limit: 1_000_000, remaining: 999_999, resetAt: expect.any(String) },
      source: 'lease',
    })
    await verifier.ready
    await verifier.close()
    expect(verifier.stats()).toMatchObject({ fromLease: 1, fromService: 0 })
  })

  test('learns at once that it asks for a key that cannot be, or wrongly', () => {
    const made = (settings: Partial<TestKey>) => () =>
      createTestVerifier({ keys: [keyOf(settings)] })
    expect(made({ scopes: ['A scope'] })).toThrow('keys.0 is wrong in scopes')
    expect(made({ allowedIps: ['here'] })).toThrow('keys.0 is wrong in allowedIps')
    expect(made({ expiresAt: 'soon' })).toThrow('keys.0 is wrong in expiresAt')
    const verifier = made({})()
    expect(() => verifier.revoke('another key')).toThrow('no such key')
    expect(() => verifier.verifyNow(KEY, { cost: -1 })).toThrow('cost')
  })

  test('makes an outage', async () => {
    for (const onUnavailable of ['deny', 'allow'] as const) {
      const verifier = createTestVerifier({ keys: [keyOf()], onUnavailable })
      verifier.setOutage(true)
      expect(verifier.verifyNow(KEY)).toBe(undefined)
      expect(await verifier.verify(KEY)).toEqual({
        valid: onUnavailable === 'allow',
        code: 'UNAVAILABLE',
        reason: 'NO_CONNECTION',
        source: 'service',
      })
      verifier.setOutage(false)
      expect(await verifier.verify(KEY)).toMatchObject({ code: 'VALID' })
    }
  })
})

describe.each(Object.entries(frameworks))('a guard in %s', (_, serve) => {
  async function guarded(settings: Partial<TestKey>, more: GuardSettings = {}) {
    const verifier = createTestVerifier({ keys: [keyOf(settings)] })
    const address = await serve(verifier, more)
    const ask = (key: string) =>
      fetch(`${address}/guarded`, { headers: { ...bearer(key), 'X-Request-Id': REQUEST_ID } })
    return { verifier, ask }
  }

  test('answers by it, and obeys a revoke', async () => {
    const { verifier, ask } = await guarded({ scopes: ['a'] }, { scopes: ['a'] })
    const answer = await ask(KEY)
    expect(answer.headers.get('RateLimit')).toMatch('r=999999;')
    expect(await answer.json()).toMatchObject({ apiKey: { organizationId: 'org_1' } })
    await expectRefusal(await ask('another'), 401, 'UNAUTHORIZED', 'Invalid API key')
    verifier.revoke(KEY)
    await expectRefusal(await ask(KEY), 401, 'UNAUTHORIZED', 'Invalid API key')
  })

  test('refuses by it', async () => {
    const unscoped = await guarded({ scopes: ['b'] }, { scopes: ['a'] })
    expect((await unscoped.ask(KEY)).status).toBe(403)
    const foreign = await guarded({ allowedIps: ['203.0.113.7'] })
    expect((await foreign.ask(KEY)).status).toBe(403)
    const poor = await guarded({ rateLimitPerMinute: 2 }, { cost: 3 })
    const answer = await poor.ask(KEY)
    expect([answer.status, answer.headers.has('Retry-After')]).toEqual([429, true])
    poor.verifier.setOutage(true)
    expect((await poor.ask(KEY)).status).toBe(503)
  })

  test('takes what is no text for an address that is not known', async () => {
    const clientIp = () => JSON.parse('null') as string
    expect((await (await guarded({}, { clientIp })).ask(KEY)).status).toBe(200)
    const limited = await guarded({ allowedIps: ['203.0.113.7'] }, { clientIp })
    expect((await limited.ask(KEY)).status).toBe(403)
  })

  test('fails a request where the given function does, with an answer or without asking', async () => {
    const clientIp = () => {
      throw new Error('no address')
    }
    const written = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => written.mockRestore())
    const { verifier, ask } = await guarded({}, { clientIp })
    expect((await ask(KEY)).status).toBe(500)
    verifier.setOutage(true)
    expect((await ask(KEY)).status).toBe(500)
  })
})

test('a hook of a Fastify application may call a guard itself', async () => {
  const verifier = createTestVerifier({ keys: [keyOf()] })
  const guard = fastifyGuard(verifier)
  const app = fastify()
  onTestFinished(() => app.close())
  app.addHook('onRequest', async (request, reply) =>
    request.url === '/open' ? undefined : guard(request, reply),
  )
  app.get('/*', (request) => request.apiKey ?? {})
  const ask = async (url: string, key?: string) =>
    (await app.inject({ url, headers: key === undefined ? {} : bearer(key) })).statusCode
  expect(await ask('/open')).toBe(200)
  expect(await ask('/guarded')).toBe(401)
  expect(await ask('/guarded', KEY)).toBe(200)
  verifier.setOutage(true)
  expect(await ask('/guarded', KEY)).toBe(503)
})
