import { describe, expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

onEachDatabase((open) => {
  describe('changing', () => {
    test('an absent field is kept, null clears it', async () => {
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

    test('concurrent changes all count', async () => {
      const api = await open()
      const owner = await api.owner()
      for (let round = 0; round < 5; round++) {
        const { id } = await api.issueKey(owner)
        const patch = (change: object) =>
          owner.agent.patch(`/api/keys/${id}`).send(change).expect(200)
        const changes = { label: 'new', environment: 'staging', rateLimitPerMinute: 5 }
        await Promise.all([
          ...Object.entries(changes).map(([name, value]) => patch({ [name]: value })),
          ...Array.from({ length: 3 }, () => patch({ enabled: false })),
        ])
        const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
        expect(body).toMatchObject({ ...changes, enabled: false })
        const events = await owner.agent.get(`/api/audit-events?keyId=${id}&action=key.disabled`)
        expect(events.body.data).toHaveLength(1)
      }
    })

    test('a revoked key cannot be changed', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expectError(await owner.agent.patch(`/api/keys/${id}`).send({ label: 'x' }), 409, 'CONFLICT')
    })

    test('an expired key with a later expiry is good again', async () => {
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

    test('a DELETE with a JSON content type and no body is accepted', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      await owner.agent
        .delete(`/api/keys/${id}`)
        .set('Content-Type', 'application/json')
        .expect(204)
    })
  })

  describe('permissions', () => {
    test('for another organization the key does not exist', async () => {
      const api = await open()
      const { id } = await api.issueKey(await api.owner())
      const { agent } = await api.owner()
      const answers = [
        await agent.get(`/api/keys/${id}`),
        await agent.patch(`/api/keys/${id}`).send({ label: 'mine' }),
        await agent.delete(`/api/keys/${id}`),
        await agent.get('/api/keys/key_of_nobody'),
        await agent.get('/api/keys/%00'),
      ]
      for (const answer of answers) {
        expectError(answer, 404, 'NOT_FOUND')
        expect(answer.body.error).toBe('Key not found')
      }
      const list = await agent.get('/api/keys?status=all').expect(200)
      expect(list.body.data).toEqual([])
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
    test('may make the same calls for the organization that it names', async () => {
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

    test('must name an existing organization within its limits', async () => {
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

    test('without the scope is a 403 that names the scope', async () => {
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

  test('every change has its event, with the old and the new value', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, masked } = await api.issueKey(owner, { label: 'before' })
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
      key: { label: 'after', masked },
      actor: { type: 'user', id: owner.id, name: 'Max owner' },
      at: api.clock.now(),
      ip: '127.0.0.1',
      userAgent: 'test',
      requestId: 'req-1',
      changes: { label: { from: 'before', to: 'after' } },
    })
    expect(body.data[1]).toMatchObject({ changes: { enabled: { from: true, to: false } } })
  })
})
