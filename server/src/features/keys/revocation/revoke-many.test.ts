import { expect, test } from 'vitest'
import { MAX_REVOKED_AT_ONCE, MAX_UNREVOKED_KEYS } from '@zentrix/shared/limits.ts'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { RevokedMany } from '@zentrix/shared/schemas/revoke-many.ts'
import { fillOrganization } from '../../../../../scripts/testkit/api/fill-organization.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'

const HOUR = 3600
const DAY = 24 * HOUR

function ask({ agent }: Person, body: object) {
  return agent.post('/api/keys/revoke-many').send(body)
}

async function revoke(person: Person, filter: object, more: object = {}): Promise<RevokedMany> {
  return (await ask(person, { filter, ...more }).expect(200)).body as RevokedMany
}

/** The labels of the keys that a preview names, newest first. */
async function fitting(person: Person, filter: object): Promise<string[]> {
  const { keys } = await revoke(person, filter, { dryRun: true })
  return keys.map(({ label }) => label)
}

async function unrevoked({ agent }: Person): Promise<string[]> {
  const { body } = await agent.get('/api/keys?status=all&limit=100').expect(200)
  const keys = body.data as ApiKey[]
  return keys.filter(({ status }) => status !== 'revoked').map(({ label }) => label)
}

const ago = ({ clock }: TestApi, seconds: number) =>
  new Date(clock.nowMs() - seconds * 1000).toISOString()

onEachDatabase((open) => {
  test('keys that fit are revoked at once, each with its event and the one reason', async () => {
    const api = await open()
    const owner = await api.owner()
    const first = await api.issueKey(owner, { environment: 'staging' })
    await api.issueKey(owner, { label: 'Kept' })
    api.clock.advance(1)
    const second = await api.issueKey(owner, { environment: 'staging' })
    const reason = 'Laptop stolen'
    const answer = await revoke(owner, { environment: 'staging' }, { reason, expect: 2 })
    const keyIds = [second.id, first.id]
    expect(answer).toMatchObject({ matched: 2, usedInLastDay: 0, keyIds })
    for (const { key } of [first, second])
      expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
    expect(await unrevoked(owner)).toEqual(['Kept'])
    const log = await owner.agent.get('/api/audit-events?action=key.revoked').expect(200)
    const events = log.body.data as { keyId: string }[]
    expect(events.map(({ keyId }) => keyId).toSorted()).toEqual(keyIds.toSorted())
    for (const event of events)
      expect(event).toMatchObject({ actor: { id: owner.id }, changes: { reason } })
    const { body } = await owner.agent.get(`/api/keys/${first.id}`).expect(200)
    expect(body).toMatchObject({ revokeReason: reason, revokedBy: { id: owner.id } })
  })

  test('a preview says what would be revoked, and who uses it, and changes nothing', async () => {
    const api = await open()
    const owner = await api.owner()
    const used = await api.issueKey(owner, { label: 'Used' })
    await api.issueKey(owner, { label: 'Unused' })
    expect(await api.verify(used.key, { ip: '203.0.113.7' })).toMatchObject({ valid: true })
    const answer = await revoke(owner, { environment: 'production' }, { dryRun: true })
    expect(answer).toMatchObject({ matched: 2, usedInLastDay: 1 })
    expect(answer.keys.find(({ label }) => label === 'Used')).toEqual({
      id: used.id,
      label: 'Used',
      masked: used.masked,
      environment: 'production',
      createdAt: used.createdAt,
      createdBy: { id: owner.id, name: 'Max owner' },
      lastUsedAt: api.clock.now(),
      lastUsedIp: '203.0.113.7',
    })
    expect(await unrevoked(owner)).toHaveLength(2)
    api.clock.advance(DAY + 1)
    const later = await revoke(owner, { environment: 'production' }, { dryRun: true })
    expect(later.usedInLastDay).toBe(0)
  })

  test('each condition counts, and all of them together', async () => {
    const api = await open()
    const owner = await api.owner()
    const admin = await api.member(owner.organizationId, 'admin')
    const old = await api.issueKey(owner, { label: 'old' })
    const idle = await api.issueKey(admin, { label: 'idle' })
    api.clock.advance(100 * DAY)
    const used = await api.issueKey(admin, { label: 'used', environment: 'staging' })
    await api.verify(old.key)
    const madeAt = used.createdAt
    api.clock.advance(HOUR)
    await api.issueKey(owner, { label: 'new' })
    await api.request.post('/api/keys/revoke-leaked').send({ key: idle.key }).expect(202)

    expect(await fitting(owner, { environment: 'staging' })).toEqual(['used'])
    expect(await fitting(owner, { createdById: owner.id })).toEqual(['new', 'old'])
    expect(await fitting(owner, { createdById: 'usr_nobody' })).toEqual([])
    expect(await fitting(owner, { createdBefore: madeAt })).toEqual(['old'])
    expect(await fitting(owner, { createdBefore: ago(api, -1) })).toEqual(['new', 'used', 'old'])
    expect(await fitting(owner, { unusedSince: ago(api, HOUR) })).toEqual([])
    expect(await fitting(owner, { unusedSince: ago(api, HOUR - 1) })).toEqual(['used', 'old'])
    expect(await fitting(owner, { unusedSince: '2999-01-01T00:00:00Z' })).toEqual([
      'new',
      'used',
      'old',
    ])
    expect(await fitting(owner, { ids: [old.id, used.id, 'key_unknown', '\0'] })).toEqual([
      'used',
      'old',
    ])
    expect(await fitting(owner, { ids: [] })).toEqual([])
    expect(await fitting(owner, { ids: [old.id, used.id], createdById: owner.id })).toEqual(['old'])
  })

  test('a use keeps a key from being revoked as unused, and nothing else does', async () => {
    const api = await open()
    const owner = await api.owner()
    const used = await api.issueKey(owner, { label: 'used' })
    const idle = await api.issueKey(owner, { label: 'idle' })
    const tried = await api.issueKey(owner, { label: 'tried', scopes: ['a'] })
    api.clock.advance(90 * DAY)
    const unusedSince = ago(api, 1)
    await api.verify(used.key)
    await api.verify(idle.key, { cost: 0 })
    await api.verify(tried.key, { scopes: ['b'] })
    const { keyIds } = await revoke(owner, { unusedSince })
    expect(keyIds.toSorted()).toEqual([idle.id, tried.id].toSorted())
    expect(await api.verify(used.key)).toMatchObject({ code: 'VALID' })
  })

  test('while uses cannot be read, no key is revoked as unused', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    api.clock.advance(DAY)
    api.ctx.peers = { ...api.ctx.peers, ask: () => Promise.reject(new Error('gone')) }
    const refused = await ask(owner, { filter: { unusedSince: ago(api, 1) } })
    expectError(refused, 503, 'UNAVAILABLE')
    expect(await unrevoked(owner)).toHaveLength(1)
    expect((await revoke(owner, { createdById: owner.id })).matched).toBe(1)
  })

  test('leaked keys that were only marked can be found and ended', async () => {
    const api = await open()
    const owner = await api.owner()
    const leaked = await api.issueKey(owner, { label: 'leaked' })
    await api.issueKey(owner, { label: 'other' })
    await api.ctx.db
      .updateTable('api_keys')
      .set({ leaked_at: api.clock.now() })
      .where('id', '=', leaked.id)
      .execute()
    expect((await revoke(owner, { leaked: true })).keyIds).toEqual([leaked.id])
  })

  test('expired and disabled keys are revoked too, revoked ones are not touched', async () => {
    const api = await open()
    const owner = await api.owner()
    const dead = await api.issueKey(owner, { label: 'dead' })
    await owner.agent.delete(`/api/keys/${dead.id}`).send({ reason: 'First' }).expect(204)
    const expiresAt = ago(api, -HOUR)
    await api.issueKey(owner, { label: 'expired', expiresAt })
    const disabled = await api.issueKey(owner, { label: 'disabled' })
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    api.clock.advance(2 * HOUR)
    const { keys } = await revoke(owner, { createdById: owner.id }, { reason: 'Second' })
    expect(keys.map(({ label }) => label).toSorted()).toEqual(['disabled', 'expired'])
    expect(await unrevoked(owner)).toEqual([])
    const { body } = await owner.agent.get(`/api/keys/${dead.id}`).expect(200)
    expect(body).toMatchObject({ revokeReason: 'First' })
    expect(await revoke(owner, { createdById: owner.id }, { expect: 0 })).toMatchObject({
      matched: 0,
      keyIds: [],
    })
  })

  test('where another number fits than expected, nothing is done', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    for (const dryRun of [true, false])
      for (const expected of [0, 2])
        expectError(
          await ask(owner, { filter: { createdById: owner.id }, expect: expected, dryRun }),
          409,
          'CONFLICT',
        )
    expect(await unrevoked(owner)).toHaveLength(1)
  })

  test('1,000 keys are revoked together, and of 1,001 none', async () => {
    const api = await open()
    const owner = await api.owner()
    await fillOrganization(api, owner.organizationId, MAX_UNREVOKED_KEYS - MAX_REVOKED_AT_ONCE)
    const one = await api.issueKey(owner, { label: 'one more' })
    const filter = { environment: 'production' }
    for (const dryRun of [true, false])
      expectError(await ask(owner, { filter, dryRun }), 409, 'CONFLICT')
    expect(await api.verify(one.key)).toMatchObject({ code: 'VALID' })
    await owner.agent.delete(`/api/keys/${one.id}`).expect(204)
    const answer = await revoke(owner, filter, { expect: MAX_REVOKED_AT_ONCE })
    expect(answer.matched).toBe(MAX_REVOKED_AT_ONCE)
    expect(new Set(answer.keyIds).size).toBe(MAX_REVOKED_AT_ONCE)
    expect(await unrevoked(owner)).toEqual([])
    const { count } = await api.ctx.db
      .selectFrom('audit_events')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('organization_id', '=', owner.organizationId)
      .where('action', '=', 'key.revoked')
      .executeTakeFirstOrThrow()
    expect(count).toBe(MAX_REVOKED_AT_ONCE + 1)
  })

  test("nobody ends another organization's keys", async () => {
    const api = await open()
    const owner = await api.owner()
    const other = await api.owner()
    const theirs = await api.issueKey(other)
    for (const filter of [{ ids: [theirs.id] }, { createdById: other.id }])
      expect((await revoke(owner, filter)).matched).toBe(0)
    expect(await api.verify(theirs.key)).toMatchObject({ code: 'VALID' })
  })

  test('members and viewers may not, and services may with keys:manage', async () => {
    const api = await open()
    const owner = await api.owner()
    const filter = { environment: 'production' }
    for (const role of ['viewer', 'member'] as const) {
      const person = await api.member(owner.organizationId, role)
      expectError(await ask(person, { filter, dryRun: true }), 403, 'FORBIDDEN')
    }
    await api.issueKey(owner)
    const headers = {
      Authorization: `Bearer ${await api.serviceToken({ scopes: ['keys:manage'] })}`,
      'X-Organization-Id': owner.organizationId,
    }
    const byService = api.request.post('/api/keys/revoke-many').set(headers).send({ filter })
    expect((await byService.expect(200)).body).toMatchObject({ matched: 1 })
  })

  test('a filter must say something, and nothing unknown', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    const wrong = [
      {},
      { filter: {} },
      { filter: { leaked: false } },
      { filter: { environment: 'prod' } },
      { filter: { createdBefore: 'yesterday' } },
      { filter: { unusedSince: '0001-01-01T00:00:00Z' } },
      { filter: { status: 'active' } },
      { filter: { ids: 'key_1' } },
      { filter: { leaked: true }, expect: -1 },
      { filter: { leaked: true }, expect: '1' },
      { filter: { leaked: true }, reason: 'a\u0000b' },
      { filter: { leaked: true }, force: true },
    ]
    for (const body of wrong) expectError(await ask(owner, body), 400, 'INVALID_INPUT')
    expect(await unrevoked(owner)).toHaveLength(1)
  })
})
