import { expect, test } from 'vitest'
import { onEachDatabase, type Person, type TestApi } from '../../../test/kit.ts'

type Answer = { status: number; body: Record<string, unknown> }

function act(person: Person, verb: string, body: Record<string, unknown>): Promise<Answer> {
  return person.agent
    .post(`/api/session/organization/${verb}`)
    .send(body) as unknown as Promise<Answer>
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
  test('a changed role acts from the next request on, and is audited', async () => {
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

  test('a removed member is out from the next request on, though still signed in', async () => {
    const api = await open()
    const { owner, member, remove, organizationId } = await company(api)
    await member.agent.get('/api/keys').expect(200)
    expect(await remove(owner, member)).toMatchObject({ body: { member: { userId: member.id } } })
    await member.agent.get('/api/keys').expect(403)
    const { body } = await member.agent.get('/api/session/get-session').expect(200)
    expect(body).toMatchObject({ session: { activeOrganizationId: null } })
    expect(await act(member, 'set-active', { organizationId })).toMatchObject({ status: 403 })
    await member.agent
      .get(`/api/session/organization/list-members?organizationId=${organizationId}`)
      .expect(403)
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

  test('admins manage everybody but owners, and make none', async () => {
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

  test('of two owners who demote each other at once one stays', async () => {
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

  test('a member has one role, and one that exists', async () => {
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

  test('nobody manages, or sees, another organization', async () => {
    const api = await open()
    const { member, organizationId } = await company(api)
    const stranger = await api.owner()
    const memberId = await memberIdOf(api, member, organizationId)
    const attempts: [string, Record<string, unknown>, number][] = [
      ['update-member-role', { memberId, role: 'viewer' }, 404],
      ['update-member-role', { memberId, role: 'viewer', organizationId }, 403],
      ['remove-member', { memberIdOrEmail: memberId }, 404],
      ['remove-member', { memberIdOrEmail: member.email, organizationId }, 403],
      ['invite-member', { email: 'x@example.com', role: 'owner', organizationId }, 404],
      ['set-active', { organizationId }, 403],
      ['update', { data: { name: 'Mine' }, organizationId }, 403],
      ['leave', { organizationId }, 403],
    ]
    for (const [verb, body, status] of attempts)
      expect([verb, (await act(stranger, verb, body)).status]).toEqual([verb, status])
    for (const path of ['get-full-organization', 'list-members', 'list-invitations'])
      await stranger.agent
        .get(`/api/session/organization/${path}?organizationId=${organizationId}`)
        .expect(403)
  })

  test('a person with an account accepts an invitation, and acts there from then on', async () => {
    const api = await open()
    const { owner, organizationId } = await company(api)
    const person = await api.owner()
    const stranger = await api.owner()
    const invited = await act(owner, 'invite-member', { email: person.email, role: 'viewer' })
    const invitationId = invited.body.id
    expect((await act(stranger, 'accept-invitation', { invitationId })).status).toBe(404)
    const answers = await Promise.all(
      [1, 2].map(() => act(person, 'accept-invitation', { invitationId })),
    )
    const accepted = answers.filter(({ status }) => status === 200)
    expect(accepted).toMatchObject([
      { body: { invitation: { status: 'accepted' }, member: { organizationId, role: 'viewer' } } },
    ])
    const { body } = await person.agent.get('/api/session/get-session')
    expect(body).toMatchObject({ session: { activeOrganizationId: organizationId } })
    const audit = await owner.agent.get(
      `/api/audit-events?action=member.added&actorId=${person.id}`,
    )
    expect((audit.body as { data: unknown[] }).data).toMatchObject([
      { changes: { userId: person.id, role: 'viewer' } },
    ])
  })

  test('an invitation lasts 7 days, and a new one for the same address ends the old', async () => {
    const api = await open()
    const { owner } = await company(api)
    const first = await act(owner, 'invite-member', { email: 'x@example.com', role: 'viewer' })
    const lifeMs =
      Date.parse(String(first.body.expiresAt)) - Date.parse(String(first.body.createdAt))
    expect(lifeMs).toBe(7 * 24 * 60 * 60 * 1000)
    await act(owner, 'invite-member', { email: 'X@example.com', role: 'member' })
    const { body } = await owner.agent.get('/api/session/organization/list-invitations')
    expect(body).toMatchObject([
      { id: first.body.id, status: 'canceled' },
      { email: 'x@example.com', status: 'pending', role: 'member' },
    ])
  })
})
