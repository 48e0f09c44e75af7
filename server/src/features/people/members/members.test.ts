import { expect, test } from 'vitest'
import {
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { makeId } from '../../../crypto/ids.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { addMember } from './add-member.ts'

type Answer = { status: number; body: Record<string, unknown> }

function act(person: Person, verb: string, body: Record<string, unknown>): Promise<Answer> {
  return person.agent
    .post(`/api/session/organization/${verb}`)
    .send(body) as unknown as Promise<Answer>
}

function ask(person: Person, path: string): Promise<Answer> {
  return person.agent.get(`/api/session/organization/${path}`) as unknown as Promise<Answer>
}

/** Expects the same answer for another organization and for an unknown one. */
function expectNotThere(foreign: Answer, unknown: Answer): void {
  const seen = ({ status, body }: Answer) => [
    status,
    Object.entries(body).map(([name, value]) => [name, name === 'requestId' ? '' : value]),
  ]
  expect(foreign.status).toBe(404)
  expect(seen(foreign)).toEqual(seen(unknown))
}

async function memberIdOf(api: TestApi, person: Person, organizationId: string): Promise<string> {
  const { id } = await api.ctx.db
    .selectFrom('members')
    .select('id')
    .where('user_id', '=', person.id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return id
}

async function company(api: TestApi) {
  const owner = await api.owner()
  const { organizationId } = owner
  const [admin, member, viewer] = await Promise.all(
    (['admin', 'member', 'viewer'] as const).map((role) => api.member(organizationId, role)),
  )
  const changeRole = async (by: Person, of: Person, role: unknown) =>
    act(by, 'update-member-role', { memberId: await memberIdOf(api, of, organizationId), role })
  const remove = async (by: Person, of: Person) =>
    act(by, 'remove-member', { memberIdOrEmail: await memberIdOf(api, of, organizationId) })
  return {
    organizationId,
    owner,
    admin: admin!,
    member: member!,
    viewer: viewer!,
    changeRole,
    remove,
  }
}

onEachDatabase((open) => {
  test('a changed role takes effect with the next request, and is audited', async () => {
    const api = await open()
    const { owner, viewer, changeRole } = await company(api)
    await viewer.agent.post('/api/keys').send({ label: 'Mine' }).expect(403)
    expect(await changeRole(owner, viewer, 'member')).toMatchObject({
      status: 200,
      body: { userId: viewer.id, role: 'member' },
    })
    await viewer.agent.post('/api/keys').send({ label: 'Mine' }).expect(201)
    await changeRole(owner, viewer, 'viewer')
    await viewer.agent.post('/api/keys').send({ label: 'Mine' }).expect(403)
    const { body } = await owner.agent.get('/api/audit-events?action=member.role_changed')
    expect((body as { data: unknown[] }).data).toMatchObject([
      { changes: { userId: viewer.id, role: { from: 'member', to: 'viewer' } } },
      {
        actor: { type: 'user', id: owner.id },
        changes: { userId: viewer.id, role: { from: 'viewer', to: 'member' } },
      },
    ])
  })

  test('a removed member has no access from the next request on, though still signed in', async () => {
    const api = await open()
    const { owner, member, remove, organizationId } = await company(api)
    await member.agent.get('/api/keys').expect(200)
    expect(await remove(owner, member)).toMatchObject({ body: { member: { userId: member.id } } })
    await member.agent.get('/api/keys').expect(403)
    const { body } = await member.agent.get('/api/session/get-session').expect(200)
    expect(body).toMatchObject({ session: { activeOrganizationId: null } })
    expect(await act(member, 'set-active', { organizationId })).toMatchObject({ status: 404 })
    await member.agent
      .get(`/api/session/organization/list-members?organizationId=${organizationId}`)
      .expect(404)
    const audit = await owner.agent.get('/api/audit-events?action=member.removed')
    expect((audit.body as { data: unknown[] }).data).toMatchObject([
      { actor: { id: owner.id }, changes: { userId: member.id, role: 'member' } },
    ])
  })

  test('members and viewers manage nobody', async () => {
    const api = await open()
    const { member, viewer, changeRole, remove } = await company(api)
    for (const person of [member, viewer]) {
      const invited = await act(person, 'invite-member', { email: 'x@example.com', role: 'viewer' })
      expect(invited.status).toBe(403)
      expect((await changeRole(person, viewer, 'admin')).status).toBe(403)
      expect((await changeRole(person, member, 'admin')).status).toBe(403)
      await person.agent.get('/api/session/organization/list-invitations').expect(403)
      expect((await act(person, 'update', { data: { name: 'Mine' } })).status).toBe(403)
    }
    expect((await remove(member, viewer)).status).toBe(403)
    expect((await remove(viewer, member)).status).toBe(403)
  })

  test('only an owner changes the name of the organization, and nobody its subscription', async () => {
    const api = await open()
    const { owner, admin, organizationId } = await company(api)
    const expected = { id: organizationId, name: 'Acme', subscription: 'active' }
    expect((await act(admin, 'update', { data: { name: 'Mine' } })).status).toBe(403)
    for (const data of [{ name: 'Acme' }, { name: 'Acme', subscription: 'trialing' }])
      expect((await act(owner, 'update', { data })).status).toBe(200)
    expect((await ask(admin, 'list')).body).toMatchObject([expected])
    expect((await ask(admin, 'get-full-organization')).body).toMatchObject(expected)
  })

  test('admins manage everybody except owners, and make no owners', async () => {
    const api = await open()
    const { admin, owner, member, viewer, changeRole, remove } = await company(api)
    expect((await changeRole(admin, member, 'admin')).status).toBe(200)
    expect((await changeRole(admin, member, 'owner')).status).toBe(403)
    expect((await changeRole(admin, admin, 'owner')).status).toBe(403)
    expect((await changeRole(admin, owner, 'member')).status).toBe(403)
    expect((await remove(admin, owner)).status).toBe(403)
    expect((await remove(admin, viewer)).status).toBe(200)
    const invited = await act(admin, 'invite-member', { email: 'x@example.com', role: 'owner' })
    expect(invited.status).toBe(403)
  })

  test('the last owner can be neither demoted nor removed, and cannot leave', async () => {
    const api = await open()
    const { owner, admin, organizationId, changeRole, remove } = await company(api)
    expect((await changeRole(owner, owner, 'admin')).status).toBe(409)
    expect((await remove(owner, owner)).status).toBe(409)
    expect((await act(owner, 'leave', { organizationId })).status).toBe(409)
    expect((await changeRole(owner, admin, 'owner')).status).toBe(200)
    expect((await act(owner, 'leave', { organizationId })).status).toBe(200)
    expect((await changeRole(admin, admin, 'viewer')).status).toBe(409)
  })

  test('two owners who demote each other at once leave one owner', async () => {
    const api = await open()
    const { owner, admin, changeRole } = await company(api)
    await changeRole(owner, admin, 'owner')
    await Promise.all([changeRole(owner, admin, 'viewer'), changeRole(admin, owner, 'viewer')])
    const owners = await api.ctx.db
      .selectFrom('members')
      .select('user_id')
      .where('organization_id', '=', owner.organizationId)
      .where('role', '=', 'owner')
      .execute()
    expect(owners).toHaveLength(1)
  })

  test('a member has one existing role', async () => {
    const api = await open()
    const { owner, member, changeRole } = await company(api)
    for (const role of [['admin', 'viewer'], 'admin,viewer', 'root', '', 7, null])
      expect((await changeRole(owner, member, role)).status).toBe(400)
    const invited = await act(owner, 'invite-member', {
      email: 'x@example.com',
      role: ['admin', 'member'],
    })
    expect(invited.status).toBe(400)
  })

  test('nobody manages, or sees, another organization: it answers like an unknown one', async () => {
    const api = await open()
    const { member, organizationId: foreign } = await company(api)
    const stranger = await api.owner()
    const unknown = makeId('org', api.ctx.now())
    const memberId = await memberIdOf(api, member, foreign)
    const posts: [string, (organizationId: string) => Record<string, unknown>][] = [
      ['update-member-role', (id) => ({ memberId, role: 'viewer', organizationId: id })],
      ['remove-member', (id) => ({ memberIdOrEmail: member.email, organizationId: id })],
      ['invite-member', (id) => ({ email: 'x@example.com', role: 'owner', organizationId: id })],
      ['set-active', (id) => ({ organizationId: id })],
      ['set-active', (id) => ({ organizationSlug: id })],
      ['update', (id) => ({ data: { name: 'Mine' }, organizationId: id })],
      ['has-permission', (id) => ({ permissions: { member: ['update'] }, organizationId: id })],
      ['leave', (id) => ({ organizationId: id })],
    ]
    for (const [verb, body] of posts)
      expectNotThere(
        await act(stranger, verb, body(foreign)),
        await act(stranger, verb, body(unknown)),
      )
    for (const path of [
      'get-organization?organizationId=',
      'get-organization?organizationSlug=',
      'get-full-organization?organizationId=',
      'get-full-organization?organizationSlug=',
      'list-members?organizationId=',
      'list-members?organizationSlug=',
      'list-invitations?organizationId=',
      'get-active-member-role?organizationId=',
      'get-active-member-role?organizationSlug=',
      `get-active-member-role?organizationId=${stranger.organizationId}&organizationSlug=`,
    ])
      expectNotThere(await ask(stranger, path + foreign), await ask(stranger, path + unknown))
    for (const body of [
      { memberId, role: 'viewer' },
      { memberId: 'unknown', role: 'viewer' },
    ])
      expect((await act(stranger, 'update-member-role', body)).status).toBe(404)
    for (const memberIdOrEmail of [memberId, member.email, 'nobody@example.com'])
      expect((await act(stranger, 'remove-member', { memberIdOrEmail })).status).toBe(404)
    expectNotThere(
      await ask(stranger, `get-active-member-role?userId=${member.id}`),
      await ask(stranger, 'get-active-member-role?userId=usr_unknown'),
    )
  })

  test('a refused request for another organization keeps the active one', async () => {
    const api = await open()
    const { organizationId } = await company(api)
    const stranger = await api.owner()
    await act(stranger, 'set-active', { organizationId })
    await act(stranger, 'set-active', { organizationSlug: organizationId })
    await ask(stranger, `get-organization?organizationId=${organizationId}`)
    await ask(stranger, `get-full-organization?organizationSlug=${organizationId}`)
    expect((await stranger.agent.get('/api/session/get-session')).body).toMatchObject({
      session: { activeOrganizationId: stranger.organizationId },
    })
    await stranger.agent.get('/api/keys').expect(200)
  })

  test('a person switches between their organizations, by id or by slug', async () => {
    const api = await open()
    const { organizationId } = await company(api)
    const person = await api.owner()
    const { id, email } = person
    await inTransaction(api.ctx, (tx) =>
      addMember(tx, { id, name: 'Ada', email }, organizationId, 'viewer', null),
    )
    const activeOf = async () =>
      ((await person.agent.get('/api/session/get-session')).body as Answer['body']).session
    for (const body of [{ organizationId }, { organizationSlug: person.organizationId }]) {
      const wanted = Object.values(body)[0]
      expect(await act(person, 'set-active', body)).toMatchObject({
        status: 200,
        body: { id: wanted },
      })
      expect(await activeOf()).toMatchObject({ activeOrganizationId: wanted })
    }
    expect(await act(person, 'set-active', { organizationId: null })).toMatchObject({ status: 200 })
    expect(await activeOf()).toMatchObject({ activeOrganizationId: null })
  })
})
