import { expect, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  PASSWORD,
  type Person,
} from '../../../../../scripts/testkit/api/kit.ts'
import { totp } from '../../../../../scripts/testkit/api/totp.ts'
import { accessRules } from '../../../http/access-rules.ts'

/** Turns on the second factor of a person, who stays signed in. */
async function setUp({ agent }: Person): Promise<void> {
  const begun = await agent
    .post('/api/session/two-factor/enable')
    .send({ password: PASSWORD })
    .expect(200)
  const { totpURI } = begun.body as { totpURI: string }
  const code = totp(new URL(totpURI).searchParams.get('secret')!)
  await agent.post('/api/session/two-factor/verify-totp').send({ code }).expect(200)
}

function call({ agent }: Person, method: string, path: string) {
  if (method === 'POST') return agent.post(path)
  if (method === 'PATCH') return agent.patch(path)
  if (method === 'PUT') return agent.put(path)
  if (method === 'DELETE') return agent.delete(path)
  return agent.get(path)
}

const change = ({ agent }: Person, requireSecondFactor: boolean) =>
  agent.patch('/api/sign-in-policy').send({ requireSecondFactor })

onEachDatabase((open) => {
  test('a member without a second factor reaches only its set-up, from the next request on', async () => {
    const api = await open()
    const owner = await api.owner()
    const member = await api.member(owner.organizationId, 'admin')
    await api.issueKey(member)
    await setUp(owner)
    const on = await change(owner, true).expect(200)
    expect(on.body).toEqual({ requireSecondFactor: true, membersWithout: 1 })

    expectError(await member.agent.get('/api/keys'), 403, 'FORBIDDEN')
    expectError(await member.agent.post('/api/keys').send({ label: 'Sly' }), 403, 'FORBIDDEN')
    const session = (path: string) => member.agent.get(`/api/session/${path}`)
    const others = await session('organization/list-members').expect(403)
    expect(others.body.code).toBe('SECOND_FACTOR_REQUIRED')
    const named = `organization/list-members?organizationId=${owner.organizationId}`
    await session(named).expect(403)
    await session('organization/get-full-organization').expect(403)
    await member.agent
      .post('/api/session/organization/invite-member')
      .send({ email: 'sly@example.com', role: 'member' })
      .expect(403)
    const own = await session('organization/get-active-member').expect(200)
    expect(own.body).toMatchObject({ role: 'admin', secondFactor: 'missing' })
    await session('get-session').expect(200)
    await session('organization/list').expect(200)

    await setUp(member)
    await member.agent.get('/api/keys').expect(200)
    await session('organization/list-members').expect(200)
    await owner.agent.get('/api/keys').expect(200)
  })

  test('every call of a person is refused to a member without one', async () => {
    const api = await open()
    const owner = await api.owner()
    const member = await api.member(owner.organizationId, 'owner')
    await setUp(owner)
    await change(owner, true).expect(200)
    const personal = api.app.routes.filter(({ config }) => {
      const { by } = accessRules[config!.access!]
      return by === 'person' || by === 'tenant'
    })
    expect(personal.length).toBeGreaterThan(20)
    for (const { method, url } of personal)
      for (const verb of [method].flat()) {
        const answer = await call(member, verb, url.replaceAll(/:\w+/g, 'key_1'))
        expect(answer.status, `${verb} ${url}`).toBe(403)
      }
  })

  test('another organization that does not ask for it stays open, and the page decides', async () => {
    const api = await open()
    const owner = await api.owner()
    const other = await api.owner()
    await setUp(owner)
    await change(owner, true).expect(200)
    const invited = await owner.agent
      .post('/api/session/organization/invite-member')
      .send({ email: other.email, role: 'admin' })
      .expect(200)
    await other.agent
      .post('/api/session/organization/accept-invitation')
      .send({ invitationId: invited.body.id })
      .expect(200)
    const listAs = (organizationId: string) =>
      other.agent.get('/api/keys').set('X-Organization-Id', organizationId)
    await listAs(other.organizationId).expect(200)
    await listAs(owner.organizationId).expect(403)
    await other.agent
      .get('/api/session/organization/list-members')
      .query({ organizationId: owner.organizationId })
      .set('X-Organization-Id', other.organizationId)
      .expect(403)
  })

  test('whoever requires it must have it; it is audited, and taken back', async () => {
    const api = await open()
    const owner = await api.owner()
    expectError(await change(owner, true), 409, 'CONFLICT')
    await setUp(owner)
    await change(owner, true).expect(200)
    await change(owner, true).expect(200)
    const admin = await api.member(owner.organizationId, 'admin')
    await setUp(admin)
    expectError(await change(admin, false), 403, 'FORBIDDEN')
    await change(owner, false).expect(200)
    const log = await owner.agent.get('/api/audit-events?action=policy.updated').expect(200)
    expect(log.body.data.map(({ changes }: { changes: object }) => changes)).toEqual([
      { requireSecondFactor: { from: true, to: false } },
      { requireSecondFactor: { from: false, to: true } },
    ])
  })

  test('people who sign in at a provider are left to it', async () => {
    const api = await open()
    const owner = await api.owner()
    const member = await api.member(owner.organizationId, 'viewer')
    await setUp(owner)
    await api.ctx.db
      .updateTable('accounts')
      .set({ provider_id: 'oidc' })
      .where('user_id', '=', member.id)
      .execute()
    const on = await change(owner, true).expect(200)
    expect(on.body).toEqual({ requireSecondFactor: true, membersWithout: 0 })
    await member.agent.get('/api/keys').expect(200)
  })
})
