import { describe, expect, test } from 'vitest'
import type { VerifyClient } from '../../client/verifier.ts'
import { clientOf, serviceWithClient, standIn, wireTo } from './kit.ts'
import {
  bearer,
  expectRefusal,
  frameworks,
  headersOf,
  REQUEST_ID,
  type GuardSettings,
} from './frameworks.ts'

const CHALLENGE = 'Bearer realm="nas"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`
const ABSENT_KEY = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'

describe.each(Object.entries(frameworks))('in %s', (_, serve) => {
  async function guarded(client: VerifyClient, settings?: GuardSettings) {
    const address = await serve(client, settings)
    return (headers: Record<string, string>, path = '/guarded') =>
      fetch(address + path, { headers: { 'X-Request-Id': REQUEST_ID, ...headers } })
  }

  describe('a good key', () => {
    test('passes, in either header or in both, and leaves whom it stands for', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { id, key } = await api.issueKey(owner, { label: 'Web', scopes: ['a', 'b'] })
      const ask = await guarded(client, { scopes: ['a'] })
      const presentations = [
        bearer(key),
        { 'X-API-Key': key },
        { ...bearer(key), 'X-API-Key': key },
      ]
      for (const [index, headers] of presentations.entries()) {
        const answer = await ask(headers)
        expect(answer.status).toBe(200)
        expect(await answer.json()).toEqual({
          apiKey: {
            keyId: id,
            organizationId: owner.organizationId,
            label: 'Web',
            environment: 'production',
            scopes: ['a', 'b'],
            expiresAt: null,
            rateLimit: { limit: 100, remaining: 99 - index, resetAt: expect.any(String) },
          },
        })
      }
    })

    test('is told its budget, and the answer is kept by nobody', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { key } = await api.issueKey(owner, { rateLimitPerMinute: 7 })
      const answer = await (await guarded(client))(bearer(key))
      expect(headersOf(answer)).toEqual({
        'cache-control': 'no-store',
        'ratelimit-policy': '"default";q=7;w=60',
        ratelimit: expect.stringMatching(/^"default";r=6;t=([1-5]?\d|60)$/),
      })
    })

    test('leaves it to the handler how long an answer may be kept', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { key } = await api.issueKey(owner)
      const answer = await (await guarded(client))(bearer(key), '/cached')
      expect(await answer.text()).toBe('kept')
      expect(headersOf(answer)).toMatchObject({
        'cache-control': 'max-age=5',
        'ratelimit-policy': '"default";q=100;w=60',
      })
    })

    test('pays what the route costs', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { key } = await api.issueKey(owner, { rateLimitPerMinute: 10 })
      const ask = await guarded(client, { cost: 8 })
      expect((await ask(bearer(key))).headers.get('RateLimit')).toMatch('r=2;')
      expect((await ask(bearer(key))).status).toBe(429)
    })
  })

  describe('a key that is not good', () => {
    test('unknown, revoked, expired and disabled keys get the same 401', async () => {
      const { api, owner, client } = await serviceWithClient()
      const soon = new Date(Date.parse(api.clock.now()) + 1000).toISOString()
      const revoked = await api.issueKey(owner)
      const disabled = await api.issueKey(owner)
      const expired = await api.issueKey(owner, { expiresAt: soon })
      const patch = owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false })
      await patch.expect(200)
      await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
      api.clock.advance(1)
      const ask = await guarded(client)
      const answers = await Promise.all(
        [ABSENT_KEY, 'x', revoked.key, expired.key, disabled.key].map((key) => ask(bearer(key))),
      )
      for (const answer of answers) {
        expect(headersOf(answer)).toEqual({
          'cache-control': 'no-store',
          'content-type': 'application/json; charset=utf-8',
          'www-authenticate': INVALID_TOKEN,
          'x-request-id': REQUEST_ID,
        })
        await expectRefusal(answer, 401, 'UNAUTHORIZED', 'Invalid API key')
      }
    })

    test('a revoked key is refused by the very next request', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { id, key } = await api.issueKey(owner)
      const ask = await guarded(client)
      expect((await ask(bearer(key))).status).toBe(200)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expect((await ask(bearer(key))).status).toBe(401)
    })

    test('a missing scope is a 403 that names what is needed', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { key } = await api.issueKey(owner, { scopes: ['a'] })
      const answer = await (await guarded(client, { scopes: ['a', 'b:c'] }))(bearer(key))
      const sentence = 'The credential lacks a scope that this needs'
      await expectRefusal(answer, 403, 'INSUFFICIENT_SCOPE', sentence)
      expect(answer.headers.get('WWW-Authenticate')).toBe(
        `${CHALLENGE}, error="insufficient_scope", scope="a b:c"`,
      )
    })

    test('an exhausted budget is a 429 that says when to come again', async () => {
      const { api, owner, client } = await serviceWithClient()
      const { key } = await api.issueKey(owner, { rateLimitPerMinute: 1 })
      const ask = await guarded(client)
      expect((await ask(bearer(key))).status).toBe(200)
      const answer = await ask(bearer(key))
      const body = (await answer.clone().json()) as { retryAfter: number }
      await expectRefusal(answer, 429, 'RATE_LIMITED', 'Rate limit exceeded', {
        retryAfter: expect.any(Number),
      })
      expect(body.retryAfter).toBeGreaterThanOrEqual(1)
      expect(body.retryAfter).toBeLessThanOrEqual(60)
      expect(headersOf(answer)).toMatchObject({
        'retry-after': String(body.retryAfter),
        'ratelimit-policy': '"default";q=1;w=60',
        ratelimit: expect.stringMatching(/^"default";r=0;t=\d+$/),
      })
    })
  })

  describe('allowed addresses', () => {
    test('are compared with the peer of the socket, whatever a header says', async () => {
      const { api, owner, client } = await serviceWithClient()
      const here = await api.issueKey(owner, { allowedIps: ['127.0.0.1'] })
      const elsewhere = await api.issueKey(owner, { allowedIps: ['203.0.113.7'] })
      const ask = await guarded(client)
      expect((await ask(bearer(here.key))).status).toBe(200)
      const feigned = { 'X-Forwarded-For': '203.0.113.7', Forwarded: 'for=203.0.113.7' }
      const answer = await ask({ ...bearer(elsewhere.key), ...feigned })
      const sentence = 'This key may not be used from this address'
      await expectRefusal(answer, 403, 'IP_NOT_ALLOWED', sentence)
      expect(answer.headers.get('WWW-Authenticate')).toBeNull()
    })

    test('are compared with what the given function says; no address is an unknown one', async () => {
      const { api, owner, client } = await serviceWithClient()
      const limited = await api.issueKey(owner, { allowedIps: ['203.0.113.7', 'fe80::/10'] })
      const unlimited = await api.issueKey(owner)
      const ask = await guarded(client, { clientIp: (header) => header('x-from') })
      const status = async (key: string, from: string) =>
        (await ask({ ...bearer(key), 'X-From': from })).status
      expect(await status(limited.key, '203.0.113.7')).toBe(200)
      expect(await status(limited.key, '::ffff:203.0.113.7')).toBe(200)
      expect(await status(limited.key, 'fe80::1%eth0')).toBe(200)
      expect(await status(limited.key, '203.0.113.7:443')).toBe(200)
      expect(await status(limited.key, '[fe80::1]:443')).toBe(200)
      expect(await status(limited.key, '203.0.113.8')).toBe(403)
      expect(await status(limited.key, 'unknown')).toBe(403)
      expect(await status(limited.key, '')).toBe(403)
      expect(await status(unlimited.key, 'unknown')).toBe(200)
    })
  })

  describe('no verdict', () => {
    test('is a 503 while outages deny, and the service answers again once it is back', async () => {
      const { api, owner, serviceToken } = await serviceWithClient()
      const { key } = await api.issueKey(owner)
      const wire = await wireTo(api.address)
      const client = clientOf({ url: wire.address, serviceToken, onUnavailable: 'deny' })
      const ask = await guarded(client)
      await wire.down()
      const answer = await ask(bearer(key))
      await expectRefusal(answer, 503, 'UNAVAILABLE', 'The service cannot answer right now')
      expect(answer.headers.get('WWW-Authenticate')).toBeNull()
      await wire.up()
      expect((await ask(bearer(key))).status).toBe(200)
    })

    test('lets a request pass without a principal while outages allow', async () => {
      const { api, client } = await serviceWithClient({ onUnavailable: 'allow' })
      await api.app.close()
      const answer = await (await guarded(client))(bearer(ABSENT_KEY))
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ apiKey: null })
      expect(headersOf(answer)).toEqual({ 'cache-control': 'no-store' })
    })

    test('in time is a 503', async () => {
      const url = await standIn(() => {})
      const deny = { serviceToken: 'nassvc_x', onUnavailable: 'deny', timeoutMs: 50 } as const
      const client = clientOf({ url, ...deny })
      const answer = await (await guarded(client))(bearer(ABSENT_KEY))
      await expectRefusal(answer, 503, 'UNAVAILABLE', 'The service cannot answer right now')
      expect(client.incidents).toMatchObject([{ reason: 'TIMEOUT' }])
    })

    test('for a wrong service token is a 503 and no more to callers, even if outages allow', async () => {
      const { api, owner } = await serviceWithClient()
      const { key } = await api.issueKey(owner)
      const serviceToken = `nassvc_${'0'.repeat(32)}`
      const client = clientOf({ url: api.address, serviceToken, onUnavailable: 'allow' })
      const answer = await (await guarded(client))(bearer(key))
      await expectRefusal(answer, 503, 'UNAVAILABLE', 'The service cannot answer right now')
      expect(client.incidents).toMatchObject([{ type: 'misconfigured' }])
    })
  })
})
