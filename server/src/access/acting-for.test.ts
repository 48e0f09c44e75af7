import { describe, expect, test } from 'vitest'
import { expectError, onEachDatabase, type TestApi } from '../../../scripts/testkit/api/kit.ts'
import { addMember } from '../features/people/members/add-member.ts'
import { inTransaction } from '../features/audit/in-transaction.ts'

/** A person who owns one organization, where they are, and is a viewer in another. */
async function personInTwo(api: TestApi) {
  const person = await api.owner()
  const other = await api.owner()
  const user = { id: person.id, name: 'Max', email: person.email }
  await inTransaction(api.ctx, (tx) => addMember(tx, user, other.organizationId, 'viewer', null))
  return { person, other }
}

const inside = (organizationId: string) => ({ 'X-Organization-Id': organizationId })
const as = (userId: string) => ({ 'X-User-Id': userId })

onEachDatabase((open) => {
  describe('the organization that a page shows', () => {
    test('takes the place of the active one, with the role that the person has there', async () => {
      const api = await open()
      const { person, other } = await personInTwo(api)
      const own = await api.issueKey(person, { label: 'own' })
      const foreign = await api.issueKey(other, { label: 'foreign' })
      const list = async (headers: Record<string, string>) =>
        (await person.agent.get('/api/keys').set(headers).expect(200)).body.data[0].label as string
      expect(await list({})).toBe('own')
      expect(await list(inside(other.organizationId))).toBe('foreign')
      expect(await list(inside(person.organizationId))).toBe('own')
      const there = inside(other.organizationId)
      await person.agent.get(`/api/keys/${own.id}`).set(there).expect(404)
      const refused = await person.agent.delete(`/api/keys/${foreign.id}`).set(there)
      expectError(refused, 403, 'FORBIDDEN')
      const session = await person.agent.get('/api/session/get-session').set(there).expect(200)
      expect(session.body.session.activeOrganizationId).toBe(person.organizationId)
    })

    test('counts for members and invitations too, where the call names no other', async () => {
      const api = await open()
      const { person, other } = await personInTwo(api)
      const there = inside(other.organizationId)
      const ask = (path: string) => person.agent.get(`/api/session/organization/${path}`).set(there)
      expect((await ask('get-active-member').expect(200)).body).toMatchObject({
        organizationId: other.organizationId,
        role: 'viewer',
        userId: person.id,
        user: { email: person.email },
      })
      expect((await ask('list-members').expect(200)).body.total).toBe(2)
      expect((await ask('get-active-member-role').expect(200)).body.role).toBe('viewer')
      expect((await ask('get-organization').expect(200)).body.id).toBe(other.organizationId)
      await person.agent
        .post('/api/session/organization/invite-member')
        .set(there)
        .send({ email: 'someone@example.com', role: 'viewer' })
        .expect(403)
    })

    test('is a 404 unless the person is a member of it, and nothing is done', async () => {
      const api = await open()
      const person = await api.owner()
      const stranger = await api.owner()
      const { id } = await api.issueKey(person)
      const names = [stranger.organizationId, 'org_unknown', 'usr_1', '', 'org_%00', "org_' or 1"]
      for (const name of names) {
        const there = inside(name)
        expectError(await person.agent.get('/api/keys').set(there), 404, 'NOT_FOUND')
        expectError(await person.agent.delete(`/api/keys/${id}`).set(there), 404, 'NOT_FOUND')
        const issued = await person.agent.post('/api/keys').set(there).send({ label: 'x' })
        expectError(issued, 404, 'NOT_FOUND')
        const renamed = await person.agent
          .post('/api/session/update-user')
          .set(there)
          .send({ name: 'Renamed' })
        expect([renamed.status, renamed.body.code]).toEqual([404, 'NOT_FOUND'])
      }
      const { body } = await person.agent.get('/api/keys').expect(200)
      expect(body.data).toMatchObject([{ id, status: 'active' }])
    })

    test('serves a person whose session names no organization', async () => {
      const api = await open()
      const { person, other } = await personInTwo(api)
      await api.ctx.db
        .updateTable('sessions')
        .set({ active_organization_id: null })
        .where('user_id', '=', person.id)
        .execute()
      expectError(await person.agent.get('/api/keys'), 403, 'FORBIDDEN')
      await person.agent.get('/api/keys').set(inside(other.organizationId)).expect(200)
    })
  })

  describe('the person whom a page shows', () => {
    test('must be the one of the session, or nothing is done', async () => {
      const api = await open()
      const person = await api.owner()
      const { id } = await api.issueKey(person)
      const other = await api.owner()
      for (const name of [other.id, 'usr_unknown', '', person.id.toUpperCase()]) {
        const refused = await person.agent.delete(`/api/keys/${id}`).set(as(name))
        expectError(refused, 409, 'SESSION_CHANGED')
        const issued = await person.agent.post('/api/keys').set(as(name)).send({ label: 'x' })
        expectError(issued, 409, 'SESSION_CHANGED')
        const renamed = await person.agent
          .post('/api/session/update-user')
          .set(as(name))
          .send({ name: 'Renamed' })
        expect([renamed.status, renamed.body.code]).toEqual([409, 'SESSION_CHANGED'])
        expect(renamed.body.message).toBe(renamed.body.error)
      }
      const { body } = await person.agent.get('/api/keys').set(as(person.id)).expect(200)
      expect(body.data).toMatchObject([{ id, status: 'active' }])
      const session = await person.agent.get('/api/session/get-session').set(as(person.id))
      expect(session.body.user.name).not.toBe('Renamed')
    })

    test('is asked before the organization and the role', async () => {
      const api = await open()
      const person = await api.owner()
      const viewer = await api.member(person.organizationId, 'viewer')
      const unknown = { ...as(person.id), ...inside('org_unknown') }
      expectError(await viewer.agent.get('/api/keys').set(unknown), 409, 'SESSION_CHANGED')
      const issued = await viewer.agent.post('/api/keys').set(as(person.id)).send({ label: 'x' })
      expectError(issued, 409, 'SESSION_CHANGED')
    })

    test('without a session the answer is a 401, whomever a page shows', async () => {
      const api = await open()
      const person = await api.owner()
      const headers = { ...as(person.id), ...inside(person.organizationId) }
      expectError(await api.request.get('/api/keys').set(headers), 401, 'UNAUTHORIZED')
      await api.request.get('/api/session/get-session').set(headers).expect(200, 'null')
    })
  })
})
