import { describe, expect, test } from 'vitest'
import { hasValidChecksum, KEY_PREFIX } from '@zentrix/shared/keys/key-format.ts'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { MAX_OVERLAP_SECONDS } from '@zentrix/shared/limits.ts'
import { fillOrganization } from '../../../../../scripts/testkit/api/fill-organization.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { mintedToken, prepare } from '../../../../../scripts/testkit/api/widget.ts'

const DAY_SECONDS = 86_400

function rotate({ agent }: Person, id: string, overlapSeconds = 0) {
  return agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds })
}

async function successorOf(person: Person, id: string, overlapSeconds = 0): Promise<IssuedKey> {
  return (await rotate(person, id, overlapSeconds).expect(201)).body as IssuedKey
}

async function read({ agent }: Person, id: string): Promise<ApiKey> {
  const { body } = await agent.get(`/api/keys/${id}`).expect(200)
  return body as ApiKey
}

function inSeconds({ clock }: TestApi, seconds: number): string {
  return new Date(clock.nowMs() + seconds * 1000).toISOString()
}

onEachDatabase((open) => {
  describe('the new key', () => {
    test('has the settings of the old one, and is shown in full once', async () => {
      const api = await open()
      const owner = await api.owner()
      const settings = {
        label: 'Ключ 🔑',
        environment: 'staging',
        scopes: ['widget:token', 'calls:read'],
        rateLimitPerMinute: 7,
        allowedIps: ['203.0.113.7', '2001:db8::/32'],
      }
      const old = await api.issueKey(owner, settings)
      api.clock.advance(1)
      const response = await rotate(owner, old.id, 60).expect(201)
      const { key, ...record } = response.body as IssuedKey
      expect(hasValidChecksum(key, KEY_PREFIX)).toBe(true)
      expect(key).not.toBe(old.key)
      expect(response.headers['location']).toBe(`/api/keys/${record.id}`)
      expect(response.headers['cache-control']).toBe('no-store')
      expect(record).toMatchObject({
        ...settings,
        last4: key.slice(-4),
        status: 'active',
        createdAt: api.clock.now(),
        createdBy: { id: owner.id },
        expiresAt: null,
        rotatedFrom: old.id,
        rotatedTo: null,
      })
      expect(await read(owner, record.id)).toEqual(record)
      expect(await api.verify(key, { ip: '203.0.113.7' })).toMatchObject({
        valid: true,
        keyId: record.id,
      })
    })

    test('has the same lifetime, from its own creation', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner, { expiresAt: inSeconds(api, 30 * DAY_SECONDS) })
      api.clock.advance(29 * DAY_SECONDS)
      const successor = await successorOf(await api.member(owner.organizationId, 'admin'), old.id)
      expect(successor.expiresAt).toBe(inSeconds(api, 30 * DAY_SECONDS))
    })

    test('of a key that lasts until the end of the calendar does so too', async () => {
      const api = await open()
      const owner = await api.owner()
      const expiresAt = '9999-12-31T23:59:59.999Z'
      const old = await api.issueKey(owner, { expiresAt })
      api.clock.advance(60)
      const successor = await successorOf(owner, old.id)
      expect(successor).toMatchObject({ expiresAt, status: 'active' })
      expect(await api.verify(successor.key)).toMatchObject({ valid: true, expiresAt })
    })

    test('of a disabled key is disabled', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner)
      await owner.agent.patch(`/api/keys/${old.id}`).send({ enabled: false }).expect(200)
      const successor = await successorOf(owner, old.id, 60)
      expect(successor).toMatchObject({ enabled: false, status: 'disabled' })
      expect(await api.verify(successor.key)).toMatchObject({ code: 'DISABLED' })
    })

    test('can be rotated itself', async () => {
      const api = await open()
      const owner = await api.owner()
      const first = await api.issueKey(owner)
      const second = await successorOf(owner, first.id, 60)
      const third = await successorOf(owner, second.id, 60)
      expect(await read(owner, second.id)).toMatchObject({
        rotatedFrom: first.id,
        rotatedTo: third.id,
      })
    })
  })

  describe('the old key', () => {
    test('is good until the end of the overlap, and not a moment longer', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner)
      const end = inSeconds(api, 60)
      const successor = await successorOf(owner, old.id, 60)
      expect(await read(owner, old.id)).toMatchObject({
        status: 'active',
        expiresAt: end,
        rotatedTo: successor.id,
      })
      api.clock.advance(59.999)
      expect(await api.verify(old.key)).toMatchObject({ valid: true, expiresAt: end })
      api.clock.advance(0.001)
      expect(await api.verify(old.key)).toEqual({ valid: false, code: 'EXPIRED' })
      expect(await api.verify(successor.key)).toMatchObject({ valid: true })
    })

    test('keeps its own expiry where that is earlier', async () => {
      const api = await open()
      const owner = await api.owner()
      const expiresAt = inSeconds(api, 60)
      const old = await api.issueKey(owner, { expiresAt })
      await successorOf(owner, old.id, MAX_OVERLAP_SECONDS)
      expect((await read(owner, old.id)).expiresAt).toBe(expiresAt)
      api.clock.advance(60)
      expect(await api.verify(old.key)).toEqual({ valid: false, code: 'EXPIRED' })
    })

    test('is revoked at once where there is no overlap', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner)
      const successor = await successorOf(owner, old.id, 0)
      expect(await api.verify(old.key)).toEqual({ valid: false, code: 'REVOKED' })
      expect(await api.verify(successor.key)).toMatchObject({ valid: true })
      expect(await read(owner, old.id)).toMatchObject({
        status: 'revoked',
        revokedAt: api.clock.now(),
        revokedBy: { id: owner.id },
        revokeReason: 'Rotated',
        rotatedTo: successor.id,
      })
    })

    test('can be ended early: by a DELETE at once, by a PATCH sooner, but not later', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner)
      const successor = await successorOf(owner, old.id, 3600)
      const patch = (expiresAt: string | null) =>
        owner.agent.patch(`/api/keys/${old.id}`).send({ expiresAt })
      for (const later of [inSeconds(api, 3601), null])
        expectError(await patch(later), 409, 'CONFLICT')
      await patch(inSeconds(api, 1800)).expect(200)
      expectError(await patch(inSeconds(api, 3600)), 409, 'CONFLICT')
      await owner.agent.patch(`/api/keys/${old.id}`).send({ label: 'Old one' }).expect(200)
      expect(await api.verify(old.key)).toMatchObject({ valid: true })
      await owner.agent.delete(`/api/keys/${old.id}`).expect(204)
      expect(await api.verify(old.key)).toEqual({ valid: false, code: 'REVOKED' })
      expect(await api.verify(successor.key)).toMatchObject({ valid: true })
    })

    test('is not brought back once the overlap is over', async () => {
      const api = await open()
      const owner = await api.owner()
      const old = await api.issueKey(owner)
      await successorOf(owner, old.id, 60)
      api.clock.advance(61)
      for (const expiresAt of [inSeconds(api, 60), null])
        expectError(
          await owner.agent.patch(`/api/keys/${old.id}`).send({ expiresAt }),
          409,
          'CONFLICT',
        )
      expect(await api.verify(old.key)).toEqual({ valid: false, code: 'EXPIRED' })
    })

    test('takes its widget tokens with it, if they have not started their calls', async () => {
      const api = await open()
      const { owner, issued, mint, consume } = await prepare(api)
      const atOnce = await mintedToken(mint)
      const successor = await successorOf(owner, issued.id, 0)
      expectError(await consume(atOnce), 401, 'UNAUTHORIZED')
      const later = await mintedToken(() => mint(undefined, successor.key))
      await successorOf(owner, successor.id, 10)
      await consume(await mintedToken(() => mint(undefined, successor.key))).expect(200)
      api.clock.advance(10)
      expectError(await consume(later), 401, 'UNAUTHORIZED')
    })
  })

  describe('a refused rotation makes nothing', () => {
    test.each<[string, (api: TestApi, owner: Person, id: string) => Promise<unknown>]>([
      ['a revoked key', (_, { agent }, id) => agent.delete(`/api/keys/${id}`).expect(204)],
      ['an expired key', async (api) => api.clock.advance(60)],
      ['a key that was rotated with an overlap', (_, owner, id) => successorOf(owner, id, 3600)],
      ['a key that was rotated without one', (_, owner, id) => successorOf(owner, id, 0)],
    ])('%s is a 409', async (_, spoil) => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner, { expiresAt: inSeconds(api, 60) })
      await spoil(api, owner, id)
      const all = async () => (await owner.agent.get('/api/keys?status=all')).body as unknown
      const before = await all()
      for (const overlapSeconds of [0, 3600])
        expectError(await rotate(owner, id, overlapSeconds), 409, 'CONFLICT')
      expect(await all()).toEqual(before)
    })

    test.each([[-1], [MAX_OVERLAP_SECONDS + 1], [1.5], ['60'], [null], [undefined]])(
      'an overlap of %j is a 400 that names the field',
      async (overlapSeconds) => {
        const api = await open()
        const owner = await api.owner()
        const { id, key } = await api.issueKey(owner)
        const response = await owner.agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds })
        expectError(response, 400, 'INVALID_INPUT')
        expect((response.body as { details: unknown }).details).toEqual([
          { path: 'overlapSeconds', message: expect.any(String) as string },
        ])
        expect(await api.verify(key)).toMatchObject({ valid: true })
      },
    )

    test('another organization, a viewer, and a member with another’s key', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id, key } = await api.issueKey(owner)
      const { organizationId } = owner
      for (const [person, status, code] of [
        [await api.owner(), 404, 'NOT_FOUND'],
        [await api.member(organizationId, 'viewer'), 403, 'FORBIDDEN'],
        [await api.member(organizationId, 'member'), 403, 'FORBIDDEN'],
      ] as const)
        expectError(await rotate(person, id), status, code)
      expectError(await rotate(owner, 'key_of_nobody'), 404, 'NOT_FOUND')
      expectError(await rotate(owner, '%00'), 404, 'NOT_FOUND')
      expect(await api.verify(key)).toMatchObject({ valid: true })
    })
  })

  test('a member rotates the keys they made, an admin all, and so does a service', async () => {
    const api = await open()
    const owner = await api.owner()
    const { organizationId } = owner
    const member = await api.member(organizationId, 'member')
    const admin = await api.member(organizationId, 'admin')
    const second = await successorOf(member, (await api.issueKey(member)).id)
    const third = await successorOf(admin, second.id)
    const { body } = await api.request
      .post(`/api/keys/${third.id}/rotate`)
      .set('Authorization', `Bearer ${await api.serviceToken({ scopes: ['keys:manage'] })}`)
      .set('X-Organization-Id', organizationId)
      .send({ overlapSeconds: 60 })
      .expect(201)
    expect(body).toMatchObject({ rotatedFrom: third.id, createdBy: { name: 'Test service' } })
  })

  test('a full organization can replace a key, but not with an overlap', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    await fillOrganization(api, owner.organizationId, 1)
    expectError(await rotate(owner, id, 1), 409, 'CONFLICT')
    await rotate(owner, id, 0).expect(201)
    expectError(await owner.agent.post('/api/keys').send({ label: 'x' }), 409, 'CONFLICT')
  })
})
