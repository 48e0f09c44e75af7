import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import type { WidgetToken } from '@zentrix/shared/schemas/widget.ts'
import { expectError, onEachDatabase, PUBLIC_URL } from '../../../../scripts/testkit/api/kit.ts'
import { AGENT, mintedToken, prepare } from '../../../../scripts/testkit/api/widget.ts'

onEachDatabase((open) => {
  describe('minting', () => {
    test('a key is swapped for a token that the public keys verify', async () => {
      const api = await open()
      const { owner, issued, mint } = await prepare(api)
      const answer = await mint({ agentId: AGENT, language: 'hi', callerName: 'Asha' })
      expect(answer.status).toBe(200)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['ratelimit-policy']).toBe('"default";q=100;w=60')
      expect(answer.headers['ratelimit']).toMatch(/^"default";r=99;t=\d+$/)
      const body = answer.body as WidgetToken
      expect(body).toMatchObject({ agentName: 'Customer Support Agent', expiresIn: 60 })
      const jwks = await api.request.get('/.well-known/jwks.json').expect(200)
      expect(JSON.stringify(jwks.body)).not.toContain('"d"')
      const { payload } = await jwtVerify(body.accessToken, createLocalJWKSet(jwks.body), {
        issuer: PUBLIC_URL,
        audience: 'voice',
        typ: 'nas-widget+jwt',
        currentDate: new Date(api.clock.now()),
      })
      expect(payload).toMatchObject({
        sub: AGENT,
        callId: body.callId,
        organizationId: owner.organizationId,
        keyId: issued.id,
        language: 'hi',
        callerName: 'Asha',
      })
      expect(payload.exp! - payload.iat!).toBe(60)
      expect(new Date(payload.exp! * 1000).toISOString()).toBe(body.expiresAt)
      expect(decodeProtectedHeader(body.accessToken)).toMatchObject({ alg: 'EdDSA' })
    })

    test('a token ends no later than its key', async () => {
      const api = await open()
      const soon = new Date(Date.parse(api.clock.now()) + 20_000).toISOString()
      const { mint } = await prepare(api, { expiresAt: soon })
      const { body } = await mint()
      expect(body.expiresIn).toBeLessThanOrEqual(20)
      expect(body.expiresAt <= soon).toBe(true)
    })

    test('a bad key gets the same 401 for any fault', async () => {
      const api = await open()
      const { owner, issued, mint } = await prepare(api)
      const revoked = await api.issueKey(owner)
      await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
      const disabled = await api.issueKey(owner)
      await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
      const widgetToken = await mintedToken(mint)
      for (const key of [revoked.key, disabled.key, 'nas_unknown', widgetToken, `${issued.key}x`]) {
        const answer = await mint({ agentId: AGENT }, key)
        expectError(answer, 401, 'UNAUTHORIZED')
        expect(answer.body.error).toBe('Invalid API key')
        expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
        expect(JSON.stringify(answer.body)).not.toContain(key)
      }
      const without = await api.request.post('/api/widget/token').send({ agentId: AGENT })
      expectError(without, 401, 'UNAUTHORIZED')
      const inQuery = await api.request
        .post(`/api/widget/token?key=${issued.key}&access_token=${issued.key}`)
        .send({ agentId: AGENT })
      expectError(inQuery, 401, 'UNAUTHORIZED')
    })

    test('scope and address are judged before the body', async () => {
      const api = await open()
      const { owner, mint } = await prepare(api)
      const scoped = await api.issueKey(owner, { scopes: ['calls:read'] })
      const bound = await api.issueKey(owner, { allowedIps: ['203.0.113.7'] })
      const noScope = await mint({}, scoped.key)
      expectError(noScope, 403, 'INSUFFICIENT_SCOPE')
      expect(noScope.headers['www-authenticate']).toContain('scope="widget:token"')
      expectError(await mint({}, bound.key), 403, 'IP_NOT_ALLOWED')
    })

    test('an agent that is unknown, inactive or another organization’s is a 404', async () => {
      const api = await open()
      const { put, mint } = await prepare(api)
      const stranger = await api.owner()
      const [inactive, foreign] = [randomUUID(), randomUUID()]
      await put(`agents/${inactive}`, { name: 'x', active: false })
      await put(`agents/${foreign}`, {
        name: 'x',
        active: true,
        organizationId: stranger.organizationId,
      })
      for (const agentId of [randomUUID(), inactive, foreign]) {
        const answer = await mint({ agentId })
        expectError(answer, 404, 'AGENT_NOT_FOUND')
        expect(answer.body.error).toBe('Agent not found')
      }
    })

    test('an instance must be active, the organization’s own, and of that agent', async () => {
      const api = await open()
      const { owner, put, mint } = await prepare(api)
      const stranger = await api.owner()
      const otherAgent = randomUUID()
      await put(`agents/${otherAgent}`, { name: 'x', active: true })
      const instance = async (change: object) => {
        const id = randomUUID()
        const { organizationId } = owner
        await put(`instances/${id}`, { agentId: AGENT, organizationId, active: true, ...change })
        return id
      }
      const good = await instance({})
      expect((await mint({ agentId: AGENT, instanceId: good })).status).toBe(200)
      for (const instanceId of [
        randomUUID(),
        await instance({ active: false }),
        await instance({ organizationId: stranger.organizationId }),
        await instance({ agentId: otherAgent }),
      ])
        expectError(await mint({ agentId: AGENT, instanceId }), 404, 'AGENT_NOT_FOUND')
    })

    test('an inactive subscription is a 403; a trial is as good as a paid one', async () => {
      const api = await open()
      const { owner, put, mint } = await prepare(api)
      const subscribe = (subscription: string) =>
        put(`organizations/${owner.organizationId}`, { name: 'x', subscription })
      await subscribe('inactive')
      const answer = await mint()
      expectError(answer, 403, 'SUBSCRIPTION_INACTIVE')
      expect(answer.body.error).toBe('Subscription inactive')
      await subscribe('trialing')
      expect((await mint()).status).toBe(200)
    })

    test('an agent with allowed origins refuses other origins, and accepts servers', async () => {
      const api = await open()
      const { put, mint } = await prepare(api)
      await put(`agents/${AGENT}`, {
        name: 'x',
        active: true,
        allowedOrigins: ['https://shop.example'],
      })
      expect((await mint()).status).toBe(200)
      expect((await mint().set('Origin', 'https://shop.example')).status).toBe(200)
      expectError(await mint().set('Origin', 'https://evil.example'), 403, 'ORIGIN_NOT_ALLOWED')
    })

    test.each([
      ['agentId', {}],
      ['agentId', { agentId: 'x' }],
      ['language', { agentId: AGENT, language: 'fr' }],
      ['callerName', { agentId: AGENT, callerName: 'a\nb' }],
      ['instanceId', { agentId: AGENT, instanceId: 7 }],
      ['phone', { agentId: AGENT, phone: '1' }],
    ])('a wrong %s is a 400 that costs 1: %j', async (path, body) => {
      const api = await open()
      const { mint } = await prepare(api)
      const answer = await mint(body)
      expectError(answer, 400, 'INVALID_INPUT')
      expect(answer.body.details).toMatchObject([{ path }])
      expect(answer.headers['ratelimit']).toMatch(/r=99/)
    })

    test('after 100 requests in a minute comes a 429 with Retry-After', async () => {
      const api = await open()
      const { owner, issued, mint } = await prepare(api)
      for (let i = 0; i < 50; i++) await mint({})
      for (let i = 0; i < 50; i++)
        await api.request
          .get('/api/whoami')
          .set('Authorization', `Bearer ${issued.key}`)
          .expect(200)
      const answer = await mint()
      expect(answer.status).toBe(429)
      expect(answer.body).toEqual({
        error: 'Rate limit exceeded',
        code: 'RATE_LIMITED',
        requestId: expect.any(String) as string,
        retryAfter: expect.any(Number) as number,
      })
      expect(answer.headers['retry-after']).toBe(String(answer.body.retryAfter))
      expect(answer.headers['ratelimit']).toMatch(/^"default";r=0;t=\d+$/)
      const other = await api.issueKey(owner)
      expect((await mint({ agentId: AGENT }, other.key)).status).toBe(200)
      api.clock.advance(60)
      expect((await mint()).status).toBe(200)
    })
  })

  test('whoami shows a key its own record, without the secret', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key, ...record } = await api.issueKey(owner, { scopes: ['other'] })
    const answer = await api.request.get('/api/whoami').set('Authorization', `Bearer ${key}`)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      ...record,
      lastUsedAt: api.clock.now(),
      lastUsedIp: '127.0.0.1',
    })
    expect(answer.headers['ratelimit']).toMatch(/r=99/)
  })

  test('the first request after a revocation refuses the key', async () => {
    const api = await open()
    const { owner, issued, mint } = await prepare(api)
    expect((await mint()).status).toBe(200)
    await owner.agent.delete(`/api/keys/${issued.id}`).expect(204)
    expectError(await mint(), 401, 'UNAUTHORIZED')
  })
})
