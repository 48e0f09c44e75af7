import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { addMember } from '../members/add-member.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

const NEW_PASSWORD = 'another good password'

type ListedSession = { token: string; ipAddress: string; userAgent: string; userId: string }

async function statuses(attempts: PromiseLike<{ status: number }>[]): Promise<number[]> {
  return (await Promise.all(attempts)).map(({ status }) => status).toSorted()
}

function sessionCookie(response: { headers: Record<string, unknown> }): string {
  const cookies = response.headers['set-cookie'] as string[]
  return cookies.findLast((cookie) => cookie.includes('session_token'))!.split(';')[0]!
}

/** Signs in once more, as another device does. @returns its Cookie header */
async function otherDevice(api: TestApi, email: string, userAgent: string): Promise<string> {
  const signedIn = await api.request
    .post('/api/session/sign-in/email')
    .set('User-Agent', userAgent)
    .send({ email, password: PASSWORD })
    .expect(200)
  return sessionCookie(signedIn)
}

function isSignedIn(api: TestApi, cookie: string): Promise<boolean> {
  return api.request
    .get('/api/keys')
    .set('Cookie', cookie)
    .then(({ status }) => status === 200)
}

onEachDatabase((open) => {
  test('a person sees their own sessions and no others, even in an old session', async () => {
    const api = await open()
    const person = await api.owner()
    await otherDevice(api, (await api.owner()).email, 'Foreign')
    await otherDevice(api, person.email, 'Phone')
    await api.ctx.db
      .updateTable('sessions')
      .set({ created_at: new Date(Date.now() - 3 * DAY_MS).toISOString() })
      .execute()
    const { body } = await person.agent.get('/api/session/list-sessions').expect(200)
    const sessions = body as ListedSession[]
    expect(sessions.map(({ userId }) => userId)).toEqual([person.id, person.id])
    expect(sessions.map(({ userAgent }) => userAgent)).toContain('Phone')
    expect(sessions.map(({ ipAddress }) => ipAddress)).toContain('127.0.0.1')
  })

  test("a person can end one session, or all others, but nobody else's", async () => {
    const api = await open()
    const person = await api.owner()
    const other = await api.owner()
    const list = async (agent = person.agent) =>
      (await agent.get('/api/session/list-sessions').expect(200)).body as ListedSession[]
    const end = (token: string) =>
      person.agent.post('/api/session/revoke-session').send({ token }).expect(200)

    const [phone, tablet, laptop] = await Promise.all(
      ['Phone', 'Tablet', 'Laptop'].map((name) => otherDevice(api, person.email, name)),
    )
    await end((await list()).find(({ userAgent }) => userAgent === 'Phone')!.token)
    expect(await isSignedIn(api, phone!)).toBe(false)
    expect(await isSignedIn(api, tablet!)).toBe(true)
    await end((await list(other.agent))[0]!.token)
    expect(await isSignedIn(api, other.cookie)).toBe(true)

    await person.agent.post('/api/session/revoke-other-sessions').expect(200)
    expect(await isSignedIn(api, tablet!)).toBe(false)
    expect(await isSignedIn(api, laptop!)).toBe(false)
    expect(await isSignedIn(api, person.cookie)).toBe(true)
    expect(await isSignedIn(api, other.cookie)).toBe(true)
  })

  test('a new password needs the current one, and ends other sessions on request', async () => {
    const api = await open()
    const person = await api.owner()
    const phone = await otherDevice(api, person.email, 'Phone')
    const change = (body: object) => person.agent.post('/api/session/change-password').send(body)
    const good = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
    await api.request.post('/api/session/change-password').send(good).expect(401)
    const wrong = await change({ ...good, currentPassword: 'not it at all' }).expect(400)
    expect(wrong.body).toMatchObject({ code: 'INVALID_PASSWORD' })
    await change({ ...good, newPassword: 'short' }).expect(400)
    expect(await isSignedIn(api, phone)).toBe(true)

    const changed = await change({ ...good, revokeOtherSessions: true }).expect(200)
    expect(await isSignedIn(api, phone)).toBe(false)
    expect(await isSignedIn(api, person.cookie)).toBe(false)
    expect(await isSignedIn(api, sessionCookie(changed))).toBe(true)
  })

  test('guesses of the current password count as failed sign-ins', async () => {
    const api = await open()
    const person = await api.owner()
    const guess = () =>
      person.agent
        .post('/api/session/change-password')
        .send({ currentPassword: 'wrong', newPassword: NEW_PASSWORD })
    const answers = await statuses(Array.from({ length: 13 }, guess))
    expect(answers).toEqual([...Array(10).fill(400), ...Array(3).fill(429)])
    const refused = await guess().expect(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const signIn = { email: person.email, password: PASSWORD }
    await api.request.post('/api/session/sign-in/email').send(signIn).expect(429)
    api.clock.advance(60)
    await person.agent
      .post('/api/session/change-password')
      .send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
      .expect(200)
  })

  test('a session that a new password has replaced stays in its organization', async () => {
    const api = await open()
    const person = await api.owner()
    const { organizationId } = await api.owner()
    const name = { id: person.id, name: 'Max', email: person.email }
    api.clock.advance(1) // so that the person joins this organization last
    await inTransaction(api.ctx, (tx) => addMember(tx, name, organizationId, 'viewer', null))
    const changed = await person.agent
      .post('/api/session/change-password')
      .send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD, revokeOtherSessions: true })
      .expect(200)
    const { body } = await api.request
      .get('/api/session/get-session')
      .set('Cookie', sessionCookie(changed))
    expect(body.session.activeOrganizationId).toBe(person.organizationId)
  })
})
