import { describe, expect, test } from 'vitest'
import { hasValidChecksum, KEY_PREFIX } from '@zentrix/shared/key-format.ts'
import type { ApiKey, KeyPage } from '@zentrix/shared/keys.ts'
import { expectError, onEachDatabase, type Person } from '../../../test/kit.ts'

async function labels(person: Person, query: string): Promise<string[]> {
  const { body } = await person.agent.get(`/api/keys?${query}`).expect(200)
  return (body as KeyPage).data.map((key) => key.label)
}

onEachDatabase((open) => {
  describe('issuing', () => {
    test('a new key is shown in full once, and masked afterwards', async () => {
      const api = await open()
      const owner = await api.owner()
      const response = await owner.agent.post('/api/keys').send({ label: 'Web' }).expect(201)
      const { key, ...record } = response.body as ApiKey & { key: string }
      expect(hasValidChecksum(key, KEY_PREFIX)).toBe(true)
      expect(response.headers['location']).toBe(`/api/keys/${record.id}`)
      expect(response.headers['cache-control']).toBe('no-store')
      expect(record).toEqual({
        id: expect.stringMatching(/^key_/) as string,
        organizationId: owner.organizationId,
        label: 'Web',
        masked: `nas_...${key.slice(-4)}`,
        last4: key.slice(-4),
        environment: 'production',
        scopes: [],
        status: 'active',
        enabled: true,
        rateLimitPerMinute: null,
        allowedIps: [],
        createdAt: api.clock.now(),
        createdBy: { id: owner.id, name: 'Max owner' },
        expiresAt: null,
        lastUsedAt: null,
        lastUsedIp: null,
        revokedAt: null,
        revokedBy: null,
        revokeReason: null,
        rotatedFrom: null,
        rotatedTo: null,
      })
      const read = await owner.agent.get(`/api/keys/${record.id}`).expect(200)
      expect(read.body).toEqual(record)
      const list = await owner.agent.get('/api/keys').expect(200)
      expect(list.body).toEqual({ data: [record], nextCursor: null })
      expect(JSON.stringify([read.body, list.body])).not.toContain(key)
    })

    test('every setting is kept as it was sent', async () => {
      const api = await open()
      const settings = {
        label: 'Ключ 🔑 für Straße',
        environment: 'staging',
        scopes: ['widget:token', 'calls:read'],
        rateLimitPerMinute: 7,
        allowedIps: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'],
        expiresAt: '2099-01-02T03:04:05.678Z',
      }
      expect(await api.issueKey(await api.owner(), settings)).toMatchObject(settings)
    })

    test('an expiry with an offset is kept in UTC with milliseconds', async () => {
      const api = await open()
      const key = await api.issueKey(await api.owner(), { expiresAt: '2099-01-01T01:30:00+01:30' })
      expect(key.expiresAt).toBe('2099-01-01T00:00:00.000Z')
    })

    test.each([
      ['label', {}],
      ['label', { label: ' ' }],
      ['label', { label: 'x'.repeat(101) }],
      ['label', { label: 'line\nbreak' }],
      ['label', { label: 'half a pair \ud800' }],
      ['label', { label: 7 }],
      ['environment', { label: 'x', environment: 'prod' }],
      ['scopes.0', { label: 'x', scopes: ['Not A Scope'] }],
      ['scopes', { label: 'x', scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) }],
      ['allowedIps.0', { label: 'x', allowedIps: ['10.0.0.0/33'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['localhost'] }],
      ['rateLimitPerMinute', { label: 'x', rateLimitPerMinute: 0 }],
      ['rateLimitPerMinute', { label: 'x', rateLimitPerMinute: 1_000_001 }],
      ['rateLimitPerMinute', { label: 'x', rateLimitPerMinute: 1.5 }],
      ['expiresAt', { label: 'x', expiresAt: 'tomorrow' }],
      ['expiresAt', { label: 'x', expiresAt: '2020-01-01T00:00:00.000Z' }],
      ['isAdmin', { label: 'x', isAdmin: true }],
    ])('a wrong %s is a 400 that names it: %j', async (path, input) => {
      const api = await open()
      const owner = await api.owner()
      const response = await owner.agent.post('/api/keys').send(input)
      expectError(response, 400, 'INVALID_INPUT')
      expect(response.body.details).toEqual([{ path, message: expect.any(String) as string }])
      expect(await labels(owner, 'status=all')).toEqual([])
    })

    test('a label of 100 emoji is 100 characters long', async () => {
      const api = await open()
      const key = await api.issueKey(await api.owner(), { label: '🔑'.repeat(100) })
      expect(key.label).toBe('🔑'.repeat(100))
    })

    test('an organization with 10,000 unrevoked keys gets no more', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const { db } = api.ctx
      const row = {
        organization_id: owner.organizationId,
        last4: 'last',
        label: 'x',
        label_folded: 'x',
        environment: 'production',
        scopes: '[]',
        allowed_ips: '[]',
        created_at: api.clock.now(),
      } as const
      for (let start = 1; start < 10_000; start += 999)
        await db
          .insertInto('api_keys')
          .values(
            Array.from({ length: Math.min(999, 10_000 - start) }, (_, index) => ({
              ...row,
              id: `key_${start + index}`,
              hash: Buffer.from(`hash ${start + index}`),
            })),
          )
          .execute()
      expectError(await owner.agent.post('/api/keys').send({ label: 'x' }), 409, 'CONFLICT')
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      await owner.agent.post('/api/keys').send({ label: 'x' }).expect(201)
    })
  })

  describe('listing', () => {
    test('pages run from new to old, without gaps or repeats', async () => {
      const api = await open()
      const owner = await api.owner()
      // The clock stands still, so the order within a millisecond counts.
      for (let i = 0; i < 7; i++) await api.issueKey(owner, { label: `key ${i}` })
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await owner.agent
          .get('/api/keys')
          .query({ limit: 3, ...(cursor && { cursor }) })
        const page = body as KeyPage
        seen.push(...page.data.map((key) => key.label))
        cursor = page.nextCursor
      }
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `key ${i}`))
    })

    test('a status filter tells active, revoked and expired apart; disabled counts as active', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.issueKey(owner, { label: 'good' })
      const disabled = await api.issueKey(owner, { label: 'disabled' })
      const revoked = await api.issueKey(owner, { label: 'revoked' })
      const inAMinute = new Date(Date.parse(api.clock.now()) + 60_000).toISOString()
      await api.issueKey(owner, { label: 'expired', expiresAt: inAMinute })
      await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
      await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
      api.clock.advance(60)
      expect(await labels(owner, '')).toEqual(['disabled', 'good'])
      expect(await labels(owner, 'status=active')).toEqual(['disabled', 'good'])
      expect(await labels(owner, 'status=revoked')).toEqual(['revoked'])
      expect(await labels(owner, 'status=expired')).toEqual(['expired'])
      expect(await labels(owner, 'status=all')).toHaveLength(4)
    })

    test('search finds part of a label in any alphabet and case, or the last four', async () => {
      const api = await open()
      const owner = await api.owner()
      const web = await api.issueKey(owner, { label: 'Web shop 100%' })
      await api.issueKey(owner, { label: 'ПРОДАКШН' })
      const search = (q: string) => labels(owner, `q=${encodeURIComponent(q)}`)
      expect(await search('SHOP')).toEqual(['Web shop 100%'])
      expect(await search('продакшн')).toEqual(['ПРОДАКШН'])
      expect(await search('100%')).toEqual(['Web shop 100%'])
      expect(await search('%')).toEqual(['Web shop 100%'])
      expect(await search('_')).toEqual([])
      expect(await search(web.last4)).toContain('Web shop 100%')
      expect(await search(web.masked)).toEqual(['Web shop 100%'])
    })

    test('an environment filter keeps the others out', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.issueKey(owner, { label: 'dev', environment: 'development' })
      await api.issueKey(owner, { label: 'prod' })
      expect(await labels(owner, 'environment=development')).toEqual(['dev'])
    })

    test.each(['limit=0', 'limit=101', 'limit=ten', 'status=gone', 'cursor=abc', 'page=2'])(
      '%s is a 400',
      async (query) => {
        const api = await open()
        const owner = await api.owner()
        expectError(await owner.agent.get(`/api/keys?${query}`), 400, 'INVALID_INPUT')
      },
    )
  })

  describe('changing', () => {
    test('absent keeps, null clears', async () => {
      const api = await open()
      const owner = await api.owner()
      const key = await api.issueKey(owner, {
        scopes: ['a'],
        allowedIps: ['10.0.0.1'],
        rateLimitPerMinute: 5,
        expiresAt: '2099-01-01T00:00:00.000Z',
      })
      const renamed = await owner.agent.patch(`/api/keys/${key.id}`).send({ label: 'New name' })
      expect(renamed.body).toMatchObject({
        label: 'New name',
        scopes: ['a'],
        rateLimitPerMinute: 5,
      })
      const cleared = await owner.agent
        .patch(`/api/keys/${key.id}`)
        .send({ scopes: null, allowedIps: null, rateLimitPerMinute: null, expiresAt: null })
      expect(cleared.body).toMatchObject({
        label: 'New name',
        scopes: [],
        allowedIps: [],
        rateLimitPerMinute: null,
        expiresAt: null,
      })
    })

    test('a revoked key cannot be changed', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expectError(await owner.agent.patch(`/api/keys/${id}`).send({ label: 'x' }), 409, 'CONFLICT')
    })

    test('a later expiry brings an expired key back', async () => {
      const api = await open()
      const owner = await api.owner()
      const inAMinute = new Date(Date.parse(api.clock.now()) + 60_000).toISOString()
      const { id, key } = await api.issueKey(owner, { expiresAt: inAMinute })
      api.clock.advance(61)
      expect(await api.verify(key)).toEqual({ valid: false, code: 'EXPIRED' })
      await owner.agent.patch(`/api/keys/${id}`).send({ expiresAt: null }).expect(200)
      expect(await api.verify(key)).toMatchObject({ valid: true })
    })
  })

  describe('revoking', () => {
    test('a revoked key no longer verifies, and revoking again changes nothing', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id, key } = await api.issueKey(owner)
      await owner.agent.delete(`/api/keys/${id}`).send({ reason: 'Committed' }).expect(204)
      expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
      api.clock.advance(60)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      const { body } = await owner.agent.get(`/api/keys/${id}`)
      expect(body).toMatchObject({
        status: 'revoked',
        revokedBy: { id: owner.id },
        revokeReason: 'Committed',
      })
      const events = await owner.agent.get(`/api/audit-events?keyId=${id}&action=key.revoked`)
      expect(events.body.data).toHaveLength(1)
    })

    test('a DELETE with a JSON content type and no body is good', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      await owner.agent
        .delete(`/api/keys/${id}`)
        .set('Content-Type', 'application/json')
        .expect(204)
    })
  })

  describe('who may', () => {
    test('another organization sees nothing, and can tell nothing', async () => {
      const api = await open()
      const { id } = await api.issueKey(await api.owner())
      const stranger = await api.owner()
      const { agent } = stranger
      const answers = [
        await agent.get(`/api/keys/${id}`),
        await agent.patch(`/api/keys/${id}`).send({ label: 'mine' }),
        await agent.delete(`/api/keys/${id}`),
        await agent.get('/api/keys/key_of_nobody'),
      ]
      for (const answer of answers) {
        expectError(answer, 404, 'NOT_FOUND')
        expect(answer.body.error).toBe('Key not found')
      }
      expect(await labels(stranger, 'status=all')).toEqual([])
      const events = await agent.get(`/api/audit-events?keyId=${id}`).expect(200)
      expect(events.body.data).toEqual([])
    })

    test('a viewer reads and changes nothing', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const viewer = await api.member(owner.organizationId, 'viewer')
      await viewer.agent.get(`/api/keys/${id}`).expect(200)
      await viewer.agent.get('/api/keys').expect(200)
      for (const answer of [
        await viewer.agent.post('/api/keys').send({ label: 'x' }),
        await viewer.agent.patch(`/api/keys/${id}`).send({ label: 'x' }),
        await viewer.agent.delete(`/api/keys/${id}`),
      ])
        expectError(answer, 403, 'FORBIDDEN')
    })

    test('a member changes the keys they made, an admin all', async () => {
      const api = await open()
      const owner = await api.owner()
      const member = await api.member(owner.organizationId, 'member')
      const admin = await api.member(owner.organizationId, 'admin')
      const ofOwner = await api.issueKey(owner)
      const ofMember = await api.issueKey(member)
      const foreign = await member.agent.patch(`/api/keys/${ofOwner.id}`).send({ label: 'x' })
      expectError(foreign, 403, 'FORBIDDEN')
      expectError(await member.agent.delete(`/api/keys/${ofOwner.id}`), 403, 'FORBIDDEN')
      await member.agent.delete(`/api/keys/${ofMember.id}`).expect(204)
      await admin.agent.delete(`/api/keys/${ofOwner.id}`).expect(204)
    })

    test('without a session every call is a 401 with a challenge', async () => {
      const api = await open()
      const { request } = api
      for (const answer of [
        await request.get('/api/keys'),
        await request.post('/api/keys').send({ label: 'x' }),
        await request.get('/api/keys/key_x'),
        await request.patch('/api/keys/key_x').send({ label: 'x' }),
        await request.delete('/api/keys/key_x'),
        await request.get('/api/audit-events'),
      ]) {
        expectError(answer, 401, 'UNAUTHORIZED')
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="nas"')
      }
    })

    test('an expired session is a 401', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.ctx.db
        .updateTable('sessions')
        .set({ expires_at: '2020-01-01T00:00:00.000Z' })
        .where('user_id', '=', owner.id)
        .execute()
      expectError(await owner.agent.get('/api/keys'), 401, 'UNAUTHORIZED')
    })
  })

  describe('a service with keys:manage', () => {
    test('makes the same calls for the organization it names', async () => {
      const api = await open()
      const owner = await api.owner()
      const token = await api.serviceToken({ scopes: ['keys:manage', 'audit:read'] })
      const headers = {
        Authorization: `Bearer ${token}`,
        'X-Organization-Id': owner.organizationId,
      }
      const { body } = await api.request
        .post('/api/keys')
        .set(headers)
        .send({ label: 'x' })
        .expect(201)
      expect(body.createdBy.name).toBe('Test service')
      await api.request.get(`/api/keys/${body.id}`).set(headers).expect(200)
      await api.request.patch(`/api/keys/${body.id}`).set(headers).send({ label: 'y' }).expect(200)
      await api.request.delete(`/api/keys/${body.id}`).set(headers).expect(204)
      const events = await api.request.get(`/api/audit-events?keyId=${body.id}`).set(headers)
      expect(events.body.data.map((event: { action: string }) => event.action)).toEqual([
        'key.revoked',
        'key.updated',
        'key.created',
      ])
      expect(events.body.data[0].actor).toMatchObject({ type: 'service', name: 'Test service' })
    })

    test('must name an organization, one that exists, one within its limits', async () => {
      const api = await open()
      const owner = await api.owner()
      const other = await api.owner()
      const limited = await api.serviceToken({ organizationIds: [owner.organizationId] })
      const list = (organizationId?: string) => {
        const request = api.request.get('/api/keys').set('Authorization', `Bearer ${limited}`)
        return organizationId === undefined
          ? request
          : request.set('X-Organization-Id', organizationId)
      }
      expectError(await list(), 400, 'INVALID_INPUT')
      expectError(await list('org_unknown'), 404, 'NOT_FOUND')
      expectError(await list(other.organizationId), 404, 'NOT_FOUND')
      await list(owner.organizationId).expect(200)
    })

    test('without the scope is a 403 that says which', async () => {
      const api = await open()
      const owner = await api.owner()
      const token = await api.serviceToken({ scopes: ['keys:verify'] })
      const answer = await api.request
        .get('/api/keys')
        .set({ Authorization: `Bearer ${token}`, 'X-Organization-Id': owner.organizationId })
      expectError(answer, 403, 'INSUFFICIENT_SCOPE')
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer realm="nas", error="insufficient_scope", scope="keys:manage"',
      )
    })
  })

  test('every change has its event, with what it was and what it became', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner, { label: 'before' })
    await owner.agent
      .patch(`/api/keys/${id}`)
      .set({ 'User-Agent': 'test', 'X-Request-Id': 'req-1' })
      .send({ label: 'after', enabled: false })
      .expect(200)
    await owner.agent.patch(`/api/keys/${id}`).send({ label: 'after' }).expect(200)
    await owner.agent.patch(`/api/keys/${id}`).send({ enabled: true }).expect(200)
    const { body } = await owner.agent.get(`/api/audit-events?keyId=${id}`).expect(200)
    expect(body.data.map((event: { action: string }) => event.action)).toEqual([
      'key.enabled',
      'key.disabled',
      'key.updated',
      'key.created',
    ])
    expect(body.data[2]).toEqual({
      id: expect.stringMatching(/^evt_/) as string,
      action: 'key.updated',
      keyId: id,
      actor: { type: 'user', id: owner.id, name: 'Max owner' },
      at: api.clock.now(),
      ip: '127.0.0.1',
      userAgent: 'test',
      requestId: 'req-1',
      changes: { label: { from: 'before', to: 'after' } },
    })
  })
})
