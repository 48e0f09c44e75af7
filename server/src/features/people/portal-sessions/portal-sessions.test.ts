import { describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import {
  expectError,
  onEachDatabase,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { handOver, makeLink, openLink } from '../../../../../scripts/testkit/api/hand-over.ts'
import { hashPortalSecret } from './portal-token.ts'

const RETURN = 'https://app.example.com'
const env = { PORTAL_RETURN_ORIGINS: `${RETURN}, http://localhost:4000` }

async function serviceWith(api: TestApi, organizationIds?: string[]) {
  const token = await api.serviceToken({
    scopes: ['portal:hand-off'],
    ...(organizationIds && { organizationIds }),
  })
  const headers = { Authorization: `Bearer ${token}` }
  return {
    make: (body: object) => api.request.post('/api/portal-sessions').set(headers).send(body),
    end: (organizationId: string, externalId: string) =>
      api.request.delete('/api/portal-sessions').query({ organizationId, externalId }).set(headers),
  }
}

const open = (api: TestApi, code: string) =>
  api.request.post('/api/session/portal-link').send({ code })

const user = { externalId: 'customer-1', email: 'Kim@Customer.example', name: 'Kim Lee' }

onEachDatabase((start) => {
  describe('a link', () => {
    test('signs its person in, for one organization and role', async () => {
      const api = await start({ env })
      const { organizationId } = await api.owner()
      const returnUrl = `${RETURN}/settings?tab=keys`
      const link = await makeLink(api, { organizationId, user, role: 'member', returnUrl })
      expect(link.url).toBe(`${api.ctx.config.publicUrl}/hand-off#token=${link.code}`)
      expect(Buffer.from(link.code, 'base64url')).toHaveLength(16)
      expect(Date.parse(link.expiresAt) - api.clock.nowMs()).toBe(60_000)
      expect(Date.parse(link.sessionExpiresAt) - api.clock.nowMs()).toBe(28_800_000)

      const opened = await open(api, link.code).expect(200)
      const handOff = {
        organization: { id: organizationId, name: 'Test organization' },
        role: 'member',
        returnUrl,
        expiresAt: link.sessionExpiresAt,
      }
      expect(opened.body).toEqual(handOff)
      expect(opened.headers['cache-control']).toBe('no-store')
      const [cookie] = opened.headers['set-cookie']! as unknown as string[]
      expect(cookie).toMatch(/^nas\.session_token=portal-\S+; Max-Age=28800; Path=\/; HttpOnly; /)
      expect(cookie).toMatch(/; SameSite=Lax$/)

      const asPerson = { Cookie: cookie!.split(';')[0]! }
      const { body } = await api.request.get('/api/session/get-session').set(asPerson).expect(200)
      expect(body).toMatchObject({
        session: { activeOrganizationId: organizationId },
        user: { name: 'Kim Lee', email: 'kim@customer.example' },
        handOff,
      })
      await api.request.post('/api/keys').set(asPerson).send({ label: 'Mine' }).expect(201)
      const events = await api.request.get('/api/audit-events').set(asPerson).expect(200)
      const actor = { type: 'user', id: body.user.id, name: 'Kim Lee' }
      expect(events.body.data).toMatchObject([
        { action: 'key.created', actor },
        {
          action: 'portal_session.opened',
          actor,
          changes: { role: 'member', service: 'Test service' },
        },
        {},
      ])
    })

    test('is good once, for 60 seconds; all others look the same, and begin no session', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const used = await makeLink(api, { organizationId })
      await open(api, used.code).expect(200)
      const late = await makeLink(api, { organizationId })
      api.clock.advance(59)
      const inTime = await makeLink(api, { organizationId })
      api.clock.advance(1)
      await open(api, inTime.code).expect(200)
      const answers = await Promise.all(
        [used.code, late.code, 'A'.repeat(22), '', 'é'].map((code) => open(api, code)),
      )
      for (const answer of answers) {
        expectError(answer, 404, 'NOT_FOUND')
        expect(answer.headers['set-cookie']).toBeUndefined()
      }
      expect(new Set(answers.map(({ body }) => body.error as string)).size).toBe(1)
      const { rows } = await sql`select * from portal_sessions`.execute(api.ctx.db)
      expect(rows).toHaveLength(2)
    })

    test('that is opened twelve times at once begins one session', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const { code } = await makeLink(api, { organizationId })
      const answers = await Promise.all(Array.from({ length: 12 }, () => open(api, code)))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(11).fill(404)])
      const { rows } = await sql`select * from portal_sessions`.execute(api.ctx.db)
      expect(rows).toHaveLength(1)
    })

    test('is stored by the hash of its code alone, and so is the session', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const { code } = await makeLink(api, { organizationId })
      const links = await sql`select * from portal_links`.execute(api.ctx.db)
      expect(links.rows).toMatchObject([{ code_hash: hashPortalSecret(code) }])
      expect(JSON.stringify(links.rows)).not.toContain(code)
      const { cookie } = await openLink(api, code)
      const [token] = decodeURIComponent(cookie.split('=')[1]!).split('.')
      const sessions = await sql`select * from portal_sessions`.execute(api.ctx.db)
      expect(sessions.rows).toMatchObject([{ token_hash: hashPortalSecret(token!) }])
      expect(JSON.stringify(sessions.rows)).not.toContain(token)
      expect(api.logs.join('')).not.toContain(code)
    })

    test('whose end cannot be read opens nothing', async () => {
      const api = await start({ dialect: 'sqlite' })
      const { organizationId } = await api.owner()
      const { code } = await makeLink(api, { organizationId })
      await sql`update portal_links set expires_at = 'never'`.execute(api.ctx.db)
      expectError(await open(api, code), 503, 'UNAVAILABLE')
    })
  })

  describe('a person who was handed over', () => {
    test('is found again, and the link that is opened last sets the role everywhere', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const first = await handOver(api, { organizationId, user, role: 'admin' })
      const { id } = await api.issueKey(first)
      const unopened = await makeLink(api, { organizationId, user, role: 'viewer' })
      await first.agent.patch(`/api/keys/${id}`).send({ label: 'Renamed' }).expect(200)
      const again = await openLink(api, unopened.code)
      expect(again.id).toBe(first.id)
      for (const { agent } of [first, again]) {
        await agent.get('/api/keys').expect(200)
        expectError(await agent.delete(`/api/keys/${id}`), 403, 'FORBIDDEN')
      }
      const renamed = { ...user, name: 'Kim Park' }
      await handOver(api, { organizationId, user: renamed, role: 'member' })
      await first.agent.delete(`/api/keys/${id}`).expect(204) // a member, of a key of their own
      const { body } = await first.agent.get('/api/session/get-session').expect(200)
      expect(body.user.name).toBe('Kim Park')
    })

    test('is another person in another organization, and reaches no other', async () => {
      const api = await start()
      const here = await api.owner()
      const there = await api.owner()
      const foreign = await api.issueKey(there)
      const one = await handOver(api, { organizationId: here.organizationId, user })
      const other = await handOver(api, { organizationId: there.organizationId, user })
      expect(other.id).not.toBe(one.id)
      await one.agent.get(`/api/keys/${foreign.id}`).expect(404)
      const inside = { 'X-Organization-Id': there.organizationId }
      expectError(await one.agent.get('/api/keys').set(inside), 404, 'NOT_FOUND')
      const own = { 'X-Organization-Id': here.organizationId, 'X-User-Id': one.id }
      await one.agent.get('/api/keys').set(own).expect(200)
      const changed = await one.agent.get('/api/keys').set({ ...own, 'X-User-Id': other.id })
      expectError(changed, 409, 'SESSION_CHANGED')
    })

    test('is no member: nobody finds them there, and the address gives no account', async () => {
      const api = await start()
      const owner = await api.owner()
      const person = await handOver(api, {
        organizationId: owner.organizationId,
        user: { email: owner.email },
        role: 'viewer',
      })
      const { body } = await owner.agent.get('/api/session/organization/list-members').expect(200)
      expect(body.total).toBe(1)
      for (const path of ['list-sessions', 'organization/list-members', 'organization/list'])
        await person.agent.get(`/api/session/${path}`).expect(403)
      await person.agent.get('/api/service-tokens').expect(403)
      await person.agent.post('/api/session/update-user').send({ name: 'Owner' }).expect(403)
    })

    test('is out from the next request on when the platform ends their sessions', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const service = await serviceWith(api)
      const sessions = [
        await handOver(api, { organizationId, user }),
        await handOver(api, { organizationId, user }),
      ]
      const other = await handOver(api, { organizationId, user: { externalId: 'customer-2' } })
      const unused = await makeLink(api, { organizationId, user })
      await service.end(organizationId, user.externalId).expect(204)
      for (const { agent } of sessions) {
        expectError(await agent.get('/api/keys'), 401, 'UNAUTHORIZED')
        expect((await agent.get('/api/session/get-session').expect(200)).body).toBeNull()
        await agent.get('/api/session/organization/list').expect(401)
      }
      await open(api, unused.code).expect(404)
      await other.agent.get('/api/keys').expect(200)
      await service.end(organizationId, user.externalId).expect(204)
      await service.end(organizationId, 'nobody').expect(204)
      const { body } = await other.agent.get('/api/audit-events?action=portal_session.ended')
      expect(body.data).toMatchObject([
        { actor: { type: 'service', name: 'Test service' }, changes: { name: 'Kim Lee' } },
      ])
      const back = await handOver(api, { organizationId, user })
      expect(back.id).toBe(sessions[0]!.id)
    })

    test('is out when the session has had its time', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const { agent } = await handOver(api, { organizationId, expiresInSeconds: 60 })
      api.clock.advance(59)
      await agent.get('/api/keys').expect(200)
      api.clock.advance(1)
      expectError(await agent.get('/api/keys'), 401, 'UNAUTHORIZED')
    })

    test('can sign out, and sign in with an account instead', async () => {
      const api = await start()
      const owner = await api.owner()
      const person = await handOver(api, { organizationId: owner.organizationId })
      const out = await person.agent.post('/api/session/sign-out').send({}).expect(200)
      expect(String(out.headers['set-cookie'])).toMatch(/^nas\.session_token=; Max-Age=0; /)
      await person.agent.get('/api/keys').expect(401)
      const again = await handOver(api, { organizationId: owner.organizationId })
      const account = { email: owner.email, password: 'correct horse battery staple' }
      const signedIn = await again.agent.post('/api/session/sign-in/email').send(account)
      expect(signedIn.status).toBe(200)
      expect(signedIn.body.user.id).toBe(owner.id)
    })

    test('has at most 100 sessions: the oldest ends', async () => {
      const api = await start()
      const { organizationId } = await api.owner()
      const oldest = await handOver(api, { organizationId, user })
      const newer = new Date(api.clock.nowMs() + 1).toISOString()
      const expires = new Date(api.clock.nowMs() + 60_000).toISOString()
      const rest = {
        person_id: oldest.id,
        return_url: null,
        created_at: newer,
        expires_at: expires,
      }
      const others = Array.from({ length: 99 }, (_, at) => ({ token_hash: `other ${at}`, ...rest }))
      await api.ctx.db.insertInto('portal_sessions').values(others).execute()
      api.clock.advance(1)
      await handOver(api, { organizationId, user })
      expect((await oldest.agent.get('/api/keys')).status).toBe(401)
      const { rows } = await sql`select token_hash from portal_sessions`.execute(api.ctx.db)
      expect(rows).toHaveLength(100)
    })
  })
})
