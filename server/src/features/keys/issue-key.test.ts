import { describe, expect, test } from 'vitest'
import { hasValidChecksum, KEY_PREFIX } from '@zentrix/shared/keys/key-format.ts'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { fillOrganization } from '../../../../scripts/testkit/api/fill-organization.ts'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

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
        leakedAt: null,
        leakedUrl: null,
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

    test('every setting is stored as sent', async () => {
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
      ['label', { label: '\u200b\u3164' }],
      ['label', { label: 'x'.repeat(101) }],
      ['label', { label: 'line\nbreak' }],
      ['label', { label: 'half a pair \ud800' }],
      ['label', { label: 7 }],
      ['label', { label: 'my nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c' }],
      ['environment', { label: 'x', environment: 'prod' }],
      ['scopes.0', { label: 'x', scopes: ['Not A Scope'] }],
      ['scopes', { label: 'x', scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) }],
      ['allowedIps.0', { label: 'x', allowedIps: ['10.0.0.0/33'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['localhost'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['::203.0.113.7/96'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['::ffff:203.0.113.7/24'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['010.0.0.1'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['203.0.113.7:443'] }],
      ['allowedIps.0', { label: 'x', allowedIps: ['fe80::1%eth0'] }],
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
      const list = await owner.agent.get('/api/keys?status=all').expect(200)
      expect(list.body.data).toEqual([])
    })

    test('a label of 100 emoji is 100 characters long', async () => {
      const api = await open()
      const key = await api.issueKey(await api.owner(), { label: '🔑'.repeat(100) })
      expect(key.label).toBe('🔑'.repeat(100))
    })

    test('an organization with 10,000 unrevoked keys cannot issue another one', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      await fillOrganization(api, owner.organizationId, 1)
      expectError(await owner.agent.post('/api/keys').send({ label: 'x' }), 409, 'CONFLICT')
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      await owner.agent.post('/api/keys').send({ label: 'x' }).expect(201)
    })
  })
})
