import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Role } from '@zentrix/shared/scopes.ts'
import { fillOrganization } from '../../../../scripts/testkit/api/fill-organization.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import {
  body,
  headersOf,
  KEY,
  keyOf,
  make,
  prepare,
} from '../../../../scripts/testkit/api/make-once.ts'
import { secondNode } from '../../../test/second-node.ts'
import { makeId } from '../../crypto/ids.ts'

onEachDatabase((open) => {
  describe('a retry', () => {
    test('gets the first answer again, with the secret and Location, and makes no second key', async () => {
      const { owner, api } = await prepare(open)
      const first = await make(owner)
      expect(first.status).toBe(201)
      api.clock.advance(1)
      const again = await make(owner)
      expect([again.status, again.text]).toEqual([201, first.text])
      expect(again.headers['location']).toBe(first.headers['location'])
      expect(again.headers['location']).toBe(`/api/keys/${keyOf(first).id}`)
      expect(again.headers['cache-control']).toBe('no-store')
      expect(await idsOf(owner)).toEqual([keyOf(first).id])
      expect(await api.verify(keyOf(again).key)).toMatchObject({ valid: true })
      expect(await eventsOf(owner, api)).toEqual([
        { action: 'key.created', user_agent: 'idempotency test' },
      ])
    })

    test('is the same request whatever the order of its fields', async () => {
      const { owner } = await prepare(open)
      const first = await make(owner)
      const { label, scopes, expiresAt } = body
      const again = await make(owner, { body: { expiresAt, scopes, label: `  ${label} ` } })
      expect(again.body).toEqual(first.body)
    })

    test('is the same request whether it spells out the defaults or leaves them out', async () => {
      const { owner } = await prepare(open)
      const { label, scopes } = body
      const first = await make(owner)
      for (const same of [
        { label, scopes },
        { label, scopes, environment: 'production', allowedIps: [], rateLimitPerMinute: null },
      ])
        expect((await make(owner, { body: same })).text).toBe(first.text)
      expect(await idsOf(owner)).toHaveLength(1)
    })

    test('with another body is a 409, and makes nothing', async () => {
      const { owner } = await prepare(open)
      const first = await make(owner)
      for (const other of [
        { ...body, label: 'Other' },
        { ...body, scopes: [] },
      ])
        expectError(await make(owner, { body: other }), 409, 'IDEMPOTENCY_KEY_REUSED')
      expect((await make(owner)).body).toEqual(first.body)
      expect(await idsOf(owner)).toHaveLength(1)
    })

    test('under another Idempotency-Key, or none, makes another key', async () => {
      const { owner } = await prepare(open)
      await make(owner)
      await make(owner, { header: `${KEY}0` })
      await owner.agent.post('/api/keys').send(body).expect(201)
      await owner.agent.post('/api/keys').send(body).expect(201)
      expect(await idsOf(owner)).toHaveLength(4)
    })

    test('during the first request gets its answer: of 50 concurrent ones, one makes a key', async () => {
      const { owner, api } = await prepare(open)
      const answers = await Promise.all(Array.from({ length: 50 }, () => make(owner)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(await idsOf(owner)).toEqual([keyOf(answers[0]!).id])
      expect(await eventsOf(owner, api)).toHaveLength(1)
    })

    test('at another node, at the same time, makes no second key', async () => {
      const { owner, api } = await prepare(open)
      const nodes = [api.request, await secondNode(api)]
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          nodes[index % 2]!.post('/api/keys').set(headersOf(owner)).send(body),
        ),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(await idsOf(owner)).toHaveLength(1)
    })

    test('after a restart gets the first answer again', async () => {
      const { owner, api } = await prepare(open)
      const first = await make(owner)
      await api.app.close()
      const restarted = await secondNode(api)
      const again = await restarted.post('/api/keys').set(headersOf(owner)).send(body)
      expect([again.status, again.text]).toEqual([201, first.text])
    })

    test('after the key was changed and revoked still gets the first answer', async () => {
      const { owner, api } = await prepare(open)
      const first = await make(owner)
      const { id, key } = keyOf(first)
      await owner.agent.patch(`/api/keys/${id}`).send({ label: 'Renamed' }).expect(200)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expect((await make(owner)).text).toBe(first.text)
      expect(await api.verify(key)).toMatchObject({ valid: false, code: 'REVOKED' })
    })

    test('by a person who may no longer make keys is refused', async () => {
      const { owner, api } = await prepare(open)
      const member = await api.member(owner.organizationId, 'member')
      expect((await make(member)).status).toBe(201)
      await setRole(api, member, 'viewer')
      expectError(await make(member), 403, 'FORBIDDEN')
    })
  })

  describe('after 10 minutes', () => {
    test('the same Idempotency-Key makes a new key, with any body', async () => {
      const { owner, api } = await prepare(open)
      const first = await make(owner)
      api.clock.advance(599.999)
      expect((await make(owner)).text).toBe(first.text)
      api.clock.advance(0.001)
      const later = await make(owner, { body: { label: 'Other' } })
      expect(later.status).toBe(201)
      expect(keyOf(later).id).not.toBe(keyOf(first).id)
      expect((await make(owner, { body: { label: 'Other' } })).text).toBe(later.text)
      expect(await idsOf(owner)).toHaveLength(2)
    })

    test('of 20 concurrent requests, one makes the new key', async () => {
      const { owner, api } = await prepare(open)
      await make(owner)
      api.clock.advance(600)
      const answers = await Promise.all(Array.from({ length: 20 }, () => make(owner)))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(await idsOf(owner)).toHaveLength(2)
    })
  })

  describe('a failed first attempt leaves nothing behind', () => {
    test('after a 400 from the work itself, another body is a first attempt', async () => {
      const { owner, api } = await prepare(open)
      const past = { ...body, expiresAt: '2020-01-01T00:00:00.000Z' }
      expectError(await make(owner, { body: past }), 400, 'INVALID_INPUT')
      expect(await resultsOf(api)).toEqual([])
      expect((await make(owner)).status).toBe(201)
    })

    test('after a 409, the same request makes the key once there is room', async () => {
      const { owner, api } = await prepare(open)
      const { id } = await api.issueKey(owner)
      await fillOrganization(api, owner.organizationId, 1)
      expectError(await make(owner), 409, 'CONFLICT')
      expect(await resultsOf(api)).toEqual([])
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expect((await make(owner)).status).toBe(201)
    })

    test('after a 403, the same request makes the key once the role allows it', async () => {
      const { owner, api } = await prepare(open)
      const viewer = await api.member(owner.organizationId, 'viewer')
      expectError(await make(viewer), 403, 'FORBIDDEN')
      await setRole(api, viewer, 'member')
      expect((await make(viewer)).status).toBe(201)
    })
  })

  describe('an Idempotency-Key belongs to its sender', () => {
    test('two persons of an organization with the same Idempotency-Key make two keys', async () => {
      const { owner, api } = await prepare(open)
      const admin = await api.member(owner.organizationId, 'admin')
      const [his, hers] = [await make(owner), await make(admin)]
      expect([his.status, hers.status]).toEqual([201, 201])
      expect(keyOf(hers).key).not.toBe(keyOf(his).key)
      // A different body is no conflict either: nobody learns that a colleague used the same text.
      const other = await api.member(owner.organizationId, 'admin')
      expect((await make(other, { body: { label: 'Other' } })).status).toBe(201)
      expect(await idsOf(owner)).toHaveLength(3)
    })

    test('a person in two organizations makes a key in each', async () => {
      const { owner, api } = await prepare(open)
      const first = await make(owner)
      const { organizationId } = await api.owner()
      await joinAndEnter(api, owner, organizationId)
      const second = await make(owner)
      expect(keyOf(second)).toMatchObject({ organizationId })
      expect(keyOf(second).key).not.toBe(keyOf(first).key)
    })

    test('two services make two keys, and one makes one in each organization', async () => {
      const { owner, api } = await prepare(open)
      const stranger = await api.owner()
      const tokens = [await api.serviceToken(), await api.serviceToken()]
      const keys = new Set<string>()
      for (const token of [...tokens, ...tokens])
        for (const { organizationId } of [owner, stranger]) {
          const answer = await api.request
            .post('/api/keys')
            .set({
              Authorization: `Bearer ${token}`,
              'X-Organization-Id': organizationId,
              'Idempotency-Key': KEY,
            })
            .send(body)
            .expect(201)
          expect(keyOf(answer).organizationId).toBe(organizationId)
          keys.add(keyOf(answer).key)
        }
      expect(keys.size).toBe(4)
    })
  })

  test.each([
    ['15 characters', 'x'.repeat(15)],
    ['256 characters', 'x'.repeat(256)],
    ['a space', 'x'.repeat(8) + ' ' + 'x'.repeat(8)],
    ['other than ASCII', 'é'.repeat(16)],
  ])('a header with %s is a 400 that names it', async (_, header) => {
    const { owner } = await prepare(open)
    const response = await make(owner, { header })
    expectError(response, 400, 'INVALID_INPUT')
    expect((response.body as { details: unknown }).details).toEqual([
      { path: 'idempotency-key', message: 'Must be 16 to 255 visible ASCII characters' },
    ])
    expect(response.text).not.toContain(header)
    expect(await idsOf(owner)).toEqual([])
  })

  test.each([16, 255])('an Idempotency-Key of %i characters is accepted', async (length) => {
    const { owner } = await prepare(open)
    const header = '~!"\\{}'.padEnd(length, randomBytes(128).toString('hex'))
    const first = await make(owner, { header })
    expect(first.status).toBe(201)
    expect((await make(owner, { header })).text).toBe(first.text)
  })
})

async function idsOf({ agent }: Person): Promise<string[]> {
  const response = await agent.get('/api/keys?status=all').expect(200)
  return (response.body as { data: { id: string }[] }).data.map(({ id }) => id)
}

async function eventsOf({ organizationId }: Person, { ctx }: TestApi) {
  return ctx.db
    .selectFrom('audit_events')
    .select(['action', 'user_agent'])
    .where('organization_id', '=', organizationId)
    .where('action', '=', 'key.created')
    .execute()
}

function resultsOf({ ctx }: TestApi) {
  return ctx.db.selectFrom('idempotent_results').select('hash').execute()
}

async function setRole({ ctx }: TestApi, { id }: Person, role: Role): Promise<void> {
  await ctx.db.updateTable('members').set({ role }).where('user_id', '=', id).execute()
}

async function joinAndEnter({ ctx }: TestApi, { id }: Person, organizationId: string) {
  await ctx.db
    .insertInto('members')
    .values({
      id: makeId('usr', ctx.now()),
      organization_id: organizationId,
      user_id: id,
      role: 'admin',
      created_at: ctx.now(),
    })
    .execute()
  await ctx.db
    .updateTable('sessions')
    .set({ active_organization_id: organizationId })
    .where('user_id', '=', id)
    .execute()
}
