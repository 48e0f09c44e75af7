import { describe, expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

const valid = { valid: true, code: 'VALID' }

onEachDatabase((open) => {
  test('the answer for a good key has everything that a service needs', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { label: 'Web', scopes: ['a', 'b:c'] })
    const nextMinute = (Math.floor(Date.parse(api.clock.now()) / 60_000) + 1) * 60_000
    expect(await api.verify(key, { scopes: ['b:c'] })).toEqual({
      ...valid,
      keyId: id,
      organizationId: owner.organizationId,
      label: 'Web',
      environment: 'production',
      scopes: ['a', 'b:c'],
      expiresAt: null,
      rateLimit: { limit: 100, remaining: 99, resetAt: new Date(nextMinute).toISOString() },
    })
  })

  test.each([
    '',
    'nas_',
    'x'.repeat(10_000),
    'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c',
    '\0',
    '\ud800',
  ])('any string is a good question: %j is NOT_FOUND', async (key) => {
    const api = await open()
    expect(await api.verify(key)).toEqual({ valid: false, code: 'NOT_FOUND' })
  })

  describe('refusals come in the order of the contract', () => {
    test('revoked, then expired, disabled, address, scope', async () => {
      const api = await open()
      const owner = await api.owner()
      const soon = new Date(Date.parse(api.clock.now()) + 60_000).toISOString()
      const { id, key } = await api.issueKey(owner, {
        scopes: ['a'],
        allowedIps: ['10.0.0.1'],
        expiresAt: soon,
      })
      const code = async (question = {}) => (await api.verify(key, question))['code']
      const patch = (change: object) =>
        owner.agent.patch(`/api/keys/${id}`).send(change).expect(200)

      expect(await code({ scopes: ['b'], ip: '10.0.0.1' })).toBe('INSUFFICIENT_SCOPE')
      expect(await code({ scopes: ['b'], ip: '10.0.0.2' })).toBe('IP_NOT_ALLOWED')
      expect(await code({ scopes: ['b'] })).toBe('IP_NOT_ALLOWED')
      await patch({ enabled: false })
      expect(await code({ scopes: ['b'] })).toBe('DISABLED')
      api.clock.advance(60)
      expect(await code({ scopes: ['b'] })).toBe('EXPIRED')
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expect(await code({ scopes: ['b'] })).toBe('REVOKED')
    })

    test('a disabled key is good again once it is enabled', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id, key } = await api.issueKey(owner)
      await owner.agent.patch(`/api/keys/${id}`).send({ enabled: false }).expect(200)
      expect(await api.verify(key)).toEqual({ valid: false, code: 'DISABLED' })
      await owner.agent.patch(`/api/keys/${id}`).send({ enabled: true }).expect(200)
      expect(await api.verify(key)).toMatchObject(valid)
    })

    test('a key expires at its expiry, not after it', async () => {
      const api = await open()
      const soon = new Date(Date.parse(api.clock.now()) + 1000).toISOString()
      const { key } = await api.issueKey(await api.owner(), { expiresAt: soon })
      api.clock.advance(0.999)
      expect(await api.verify(key)).toMatchObject(valid)
      api.clock.advance(0.001)
      expect(await api.verify(key)).toEqual({ valid: false, code: 'EXPIRED' })
    })
  })

  test('the key must allow all requested scopes; a key without scopes allows everything', async () => {
    const api = await open()
    const owner = await api.owner()
    const limited = await api.issueKey(owner, { scopes: ['a', 'b'] })
    const unlimited = await api.issueKey(owner)
    expect(await api.verify(limited.key, { scopes: ['a', 'b'] })).toMatchObject(valid)
    expect(await api.verify(limited.key, { scopes: ['a', 'c'] })).toEqual({
      valid: false,
      code: 'INSUFFICIENT_SCOPE',
    })
    expect(await api.verify(unlimited.key, { scopes: ['a', 'c'] })).toMatchObject(valid)
  })

  test.each([
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '::ffff:203.0.113.7', true],
    [['::ffff:203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.0/24'], '203.0.113.255', true],
    [['203.0.113.0/24'], '203.0.114.0', false],
    [['::ffff:10.0.0.0/104'], '10.1.2.3', true],
    [['2001:db8::/32'], '2001:db8:1::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '203.0.113.7', false],
    [['10.0.0.1', '10.0.0.2'], '10.0.0.2', true],
    [['::ffff:10.0.0.0/104'], '11.0.0.0', false],
    [['::203.0.113.7'], '203.0.113.7', true],
    [['10.1.2.3/8'], '10.9.9.9', true],
    [['203.0.113.7'], '203.0.113.7:443', true],
    [['2001:db8::/32'], '[2001:db8::1]:443', true],
    [['fe80::1'], 'fe80::1%eth0', true],
  ])('allowed addresses %j and %s: %s', async (allowedIps, ip, isAllowed) => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner(), { allowedIps })
    const { code } = await api.verify(key, { ip })
    expect(code).toBe(isAllowed ? 'VALID' : 'IP_NOT_ALLOWED')
  })

  describe('the budget', () => {
    test('is never exceeded in a clock minute, and is full again in the next', async () => {
      const api = await open()
      const { key } = await api.issueKey(await api.owner(), { rateLimitPerMinute: 3 })
      const answers = await Promise.all(Array.from({ length: 10 }, () => api.verify(key)))
      expect(answers.filter(({ valid: isValid }) => isValid)).toHaveLength(3)
      const refused = await api.verify(key)
      expect(refused).toMatchObject({ valid: false, code: 'RATE_LIMITED' })
      expect(refused['rateLimit']).toMatchObject({ limit: 3, remaining: 0 })
      api.clock.advance(60)
      expect(await api.verify(key)).toMatchObject(valid)
    })

    test('is reduced by the cost, and only if all of it fits', async () => {
      const api = await open()
      const { key } = await api.issueKey(await api.owner(), { rateLimitPerMinute: 10 })
      expect(await api.verify(key, { cost: 7 })).toMatchObject({ rateLimit: { remaining: 3 } })
      expect(await api.verify(key, { cost: 4 })).toMatchObject({ code: 'RATE_LIMITED' })
      expect(await api.verify(key, { cost: 3 })).toMatchObject({ rateLimit: { remaining: 0 } })
    })

    test('a peek takes nothing and does not count as use', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id, key } = await api.issueKey(owner, { rateLimitPerMinute: 1 })
      expect(await api.verify(key, { cost: 0 })).toMatchObject({
        ...valid,
        rateLimit: { remaining: 1 },
      })
      const read = await owner.agent.get(`/api/keys/${id}`)
      expect(read.body.lastUsedAt).toBeNull()
      expect(await api.verify(key)).toMatchObject(valid)
      expect(await api.verify(key, { cost: 0 })).toMatchObject({ code: 'RATE_LIMITED' })
    })

    test('is not touched by refused requests', async () => {
      const api = await open()
      const { key } = await api.issueKey(await api.owner(), {
        scopes: ['a'],
        rateLimitPerMinute: 1,
      })
      await api.verify(key, { scopes: ['b'] })
      expect(await api.verify(key, { scopes: ['a'] })).toMatchObject(valid)
    })
  })

  test('only accepted requests move the last use', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    const lastUse = async () => {
      const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
      return [body.lastUsedAt, body.lastUsedIp] as unknown
    }
    await api.verify(key, { scopes: ['b'], ip: '203.0.113.7' })
    expect(await lastUse()).toEqual([null, null])
    await api.verify(key, { ip: '203.0.113.7' })
    expect(await lastUse()).toEqual([api.clock.now(), '203.0.113.7'])
    api.clock.advance(5)
    await api.verify(key)
    expect(await lastUse()).toEqual([api.clock.now(), null])
  })

  test.each([
    ['key', {}],
    ['key', { key: 7 }],
    ['scopes.0', { key: 'x', scopes: ['NO'] }],
    ['ip', { key: 'x', ip: 'localhost' }],
    ['cost', { key: 'x', cost: -1 }],
    ['cost', { key: 'x', cost: 1001 }],
    ['cost', { key: 'x', cost: 0.5 }],
    ['secret', { key: 'x', secret: 'x' }],
  ])('a wrong %s is a 400: %j', async (path, question) => {
    const api = await open()
    const answer = await api.request
      .post('/api/auth/verify')
      .set('Authorization', `Bearer ${await api.serviceToken()}`)
      .send(question)
    expectError(answer, 400, 'INVALID_INPUT')
    expect(answer.body.details).toMatchObject([{ path }])
  })

  describe('only a service may ask', () => {
    test('without a good service token it is a 401', async () => {
      const api = await open()
      const { key } = await api.issueKey(await api.owner())
      const past = new Date(Date.parse(api.clock.now()) - 1000).toISOString()
      const expired = await api.serviceToken({ expiresAt: past })
      const ask = () => api.request.post('/api/auth/verify').send({ key })
      expectError(await ask(), 401, 'UNAUTHORIZED')
      for (const token of [expired, key, 'nassvc_0000', 'Bearer']) {
        const answer = await ask().set('Authorization', `Bearer ${token}`)
        expectError(answer, 401, 'UNAUTHORIZED')
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="nas", error="invalid_token"')
      }
      expectError(await ask().query({ token: await api.serviceToken() }), 401, 'UNAUTHORIZED')
    })

    test('a token limited to an organization learns nothing about the others', async () => {
      const api = await open()
      const owner = await api.owner()
      const { key } = await api.issueKey(await api.owner())
      const limited = await api.serviceToken({ organizationIds: [owner.organizationId] })
      const { body } = await api.request
        .post('/api/auth/verify')
        .set('Authorization', `Bearer ${limited}`)
        .send({ key })
        .expect(200)
      expect(body).toEqual({ valid: false, code: 'NOT_FOUND' })
    })

    test('a token without keys:verify is a 403', async () => {
      const api = await open()
      const token = await api.serviceToken({ scopes: ['keys:manage'] })
      const answer = await api.request
        .post('/api/auth/verify')
        .set('Authorization', `Bearer ${token}`)
        .send({ key: 'x' })
      expectError(answer, 403, 'INSUFFICIENT_SCOPE')
    })
  })
})
