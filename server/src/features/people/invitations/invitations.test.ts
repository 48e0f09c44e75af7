import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Role } from '@zentrix/shared/scopes.ts'
import {
  onEachDatabase,
  PASSWORD,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { storedBoolean } from '../../../store/schema/dialect.ts'

type Answer = { status: number; body: Record<string, unknown> }

const closed = { env: { ALLOW_SIGN_UP: 'false' } }

function act(person: Person, verb: string, body: Record<string, unknown>): Promise<Answer> {
  return person.agent
    .post(`/api/session/organization/${verb}`)
    .send(body) as unknown as Promise<Answer>
}

function ask(person: Person, path: string): Promise<Answer> {
  return person.agent.get(`/api/session/organization/${path}`) as unknown as Promise<Answer>
}

function signUp(api: TestApi, email: string, invitationId: string) {
  return api.request
    .post('/api/session/sign-up/email')
    .send({ name: 'Grace', email, password: PASSWORD, invitationId })
}

/** Invites a person. @returns the token of the link */
async function invite(by: Person, email: string, role: Role = 'viewer'): Promise<string> {
  const { status, body } = await act(by, 'invite-member', { email, role })
  expect(status).toBe(200)
  return String(body.id)
}

async function storedInvitations(api: TestApi) {
  return api.ctx.db
    .selectFrom('invitations')
    .select(['id', 'status', 'role', 'expires_at'])
    .orderBy('created_at')
    .execute()
}

onEachDatabase((open) => {
  test('the stored invitation is not enough to accept it', async () => {
    const api = await open(closed)
    const owner = await api.owner()
    const person = await api.owner()
    const token = await invite(owner, person.email)
    const forNew = await invite(owner, 'grace@example.com')
    const [stored] = await storedInvitations(api)
    const [id = '', proof = ''] = token.split('.')
    expect(stored!.id).toBe(id)
    for (const table of ['invitations', 'audit_events', 'verifications', 'deployment']) {
      const { rows } = await sql`select * from ${sql.table(table)}`.execute(api.ctx.db)
      expect(JSON.stringify(rows)).not.toContain(proof)
    }

    for (const forged of [
      id,
      `${id}.`,
      `${id}.${'A'.repeat(22)}`,
      `${id}.${forNew.split('.')[1]}`,
      `.${proof}`,
      `${token}A`,
      proof,
    ]) {
      expect((await act(person, 'accept-invitation', { invitationId: forged })).status).toBe(404)
      expect((await act(person, 'reject-invitation', { invitationId: forged })).status).toBe(404)
      expect((await ask(person, `get-invitation?id=${forged}`)).status).toBe(404)
    }
    const newId = forNew.split('.')[0]!
    await signUp(api, 'grace@example.com', newId).expect(403)
    await signUp(api, 'grace@example.com', `${newId}.${proof}`).expect(403)
    await signUp(api, 'grace@example.com', forNew).expect(200)
    expect((await act(person, 'accept-invitation', { invitationId: token })).status).toBe(200)
  })

  test('a person who may invite sees the link of an invitation again, wherever it is listed', async () => {
    const api = await open()
    const owner = await api.owner()
    const viewer = await api.member(owner.organizationId, 'viewer')
    const token = await invite(owner, 'grace@example.com')
    expect((await ask(owner, 'list-invitations')).body).toMatchObject([{ id: token }])
    const full = await ask(owner, 'get-full-organization')
    expect(full.body).toMatchObject({ invitations: [{ id: token }], members: [{}, {}] })
    expect((await ask(viewer, 'list-invitations')).status).toBe(403)
    expect((await ask(viewer, 'get-full-organization')).body).toMatchObject({ invitations: [] })
  })

  test('only a person with the proved address sees their invitations with the links', async () => {
    const api = await open()
    const person = await api.owner()
    const token = await invite(await api.owner(), person.email)
    expect((await ask(person, 'list-user-invitations')).status).toBe(403)
    await api.ctx.db
      .updateTable('users')
      .set({ email_verified: storedBoolean(api.ctx.database.dialect, true) })
      .where('id', '=', person.id)
      .execute()
    expect((await ask(person, 'list-user-invitations')).body).toMatchObject([{ id: token }])
  })

  test('no log contains the token of an invitation', async () => {
    const api = await open()
    const person = await api.owner()
    const token = await invite(await api.owner(), person.email)
    await ask(person, `get-invitation?id=${token}`)
    await signUp(api, 'mallory@example.com', token).expect(403)
    await act(person, 'accept-invitation', { invitationId: token })
    expect(api.logs.join('')).not.toContain(token.split('.')[1])
  })

  test('the invited person sees the inviter and the organization, and may decline for good', async () => {
    const api = await open()
    const owner = await api.owner()
    const person = await api.owner()
    const stranger = await api.owner()
    const token = await invite(owner, person.email, 'member')
    expect(await ask(person, `get-invitation?id=${token}`)).toMatchObject({
      status: 200,
      body: {
        id: token,
        email: person.email,
        role: 'member',
        organizationId: owner.organizationId,
        organizationName: 'Test organization',
        organizationSlug: owner.organizationId,
        inviterEmail: owner.email,
        status: 'pending',
      },
    })
    // To other people it looks like an unknown one.
    const unknown = (await ask(stranger, 'get-invitation?id=unknown')).body
    const foreign = await ask(stranger, `get-invitation?id=${token}`)
    expect(foreign).toMatchObject({
      status: 404,
      body: { ...unknown, requestId: expect.any(String) },
    })
    for (const verb of ['reject-invitation', 'accept-invitation', 'cancel-invitation'])
      expect(await act(stranger, verb, { invitationId: token })).toMatchObject({
        status: 404,
        body: { code: unknown.code, message: unknown.message },
      })
    expect(await act(person, 'reject-invitation', { invitationId: token })).toMatchObject({
      status: 200,
      body: { invitation: { id: token, status: 'rejected' }, member: null },
    })
    for (const verb of ['reject-invitation', 'accept-invitation'])
      expect((await act(person, verb, { invitationId: token })).status).toBe(404)
    expect((await ask(person, `get-invitation?id=${token}`)).status).toBe(404)
  })

  test('a person who may invite cancels by the link or by the id; members and viewers may not', async () => {
    const api = await open(closed)
    const owner = await api.owner()
    const admin = await api.member(owner.organizationId, 'admin')
    const viewer = await api.member(owner.organizationId, 'viewer')
    const byToken = await invite(owner, 'one@example.com')
    const byId = await invite(owner, 'two@example.com')
    expect((await act(viewer, 'cancel-invitation', { invitationId: byToken })).status).toBe(403)
    expect((await act(owner, 'cancel-invitation', { invitationId: `${byToken}A` })).status).toBe(
      404,
    )
    for (const [token, invitationId] of [
      [byToken, byToken],
      [byId, byId.split('.')[0]],
    ])
      for (const _ of ['once', 'again'])
        expect(await act(admin, 'cancel-invitation', { invitationId })).toMatchObject({
          status: 200,
          body: { id: token, status: 'canceled' },
        })
    await signUp(api, 'one@example.com', byToken).expect(403)
    await signUp(api, 'two@example.com', byId).expect(403)
  })

  test('an admin cannot cancel, replace or renew an invitation to be an owner', async () => {
    const api = await open()
    const owner = await api.owner()
    const admin = await api.member(owner.organizationId, 'admin')
    const email = 'grace@example.com'
    const token = await invite(owner, email, 'owner')
    for (const invitationId of [token, token.split('.')[0]])
      expect((await act(admin, 'cancel-invitation', { invitationId })).status).toBe(403)
    for (const body of [
      { email, role: 'viewer' },
      { email: email.toUpperCase(), role: 'admin' },
      { email, role: 'viewer', resend: true },
    ])
      expect(await act(admin, 'invite-member', body)).toMatchObject({
        status: 403,
        body: { code: 'YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE' },
      })
    expect(await storedInvitations(api)).toMatchObject([{ status: 'pending', role: 'owner' }])
    await invite(owner, email, 'viewer')
    await invite(admin, email, 'member')
    expect((await storedInvitations(api)).map(({ status }) => status)).toEqual([
      'canceled',
      'canceled',
      'pending',
    ])
  })

  test('resending an invitation keeps its link, which lasts 7 days from then on', async () => {
    const api = await open()
    const owner = await api.owner()
    const token = await invite(owner, 'grace@example.com', 'member')
    const soon = new Date(Date.now() + 60_000).toISOString()
    await api.ctx.db.updateTable('invitations').set({ expires_at: soon }).execute()
    const again = await act(owner, 'invite-member', {
      email: 'grace@example.com',
      role: 'member',
      resend: true,
    })
    expect(again).toMatchObject({ status: 200, body: { id: token, role: 'member' } })
    const [stored, ...more] = await storedInvitations(api)
    expect(more).toEqual([])
    expect(Date.parse(stored!.expires_at)).toBeGreaterThan(Date.now() + 6 * 24 * 60 * 60 * 1000)
  })

  test('a member cannot be invited', async () => {
    const api = await open()
    const owner = await api.owner()
    const { email } = await api.member(owner.organizationId, 'viewer')
    expect((await act(owner, 'invite-member', { email, role: 'admin' })).status).toBe(409)
  })

  test('a person with an account accepts an invitation, and that organization becomes active', async () => {
    const api = await open()
    const owner = await api.owner()
    const { organizationId } = owner
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

  test('an invitation lasts 7 days, and a new one for the same address cancels the old one', async () => {
    const api = await open()
    const owner = await api.owner()
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
