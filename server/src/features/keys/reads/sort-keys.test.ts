import { describe, expect, test } from 'vitest'
import type { KeyPage } from '@zentrix/shared/schemas/keys.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'

async function labels(person: Person, query: string): Promise<string[]> {
  const { body } = await person.agent.get(`/api/keys?${query}`).expect(200)
  return (body as KeyPage).data.map((key) => key.label)
}

/** Makes keys by their labels, the first one first, and uses some of them in that order. */
async function makeKeys(api: TestApi, owner: Person, made: string[], used: string[]) {
  const keys = new Map<string, string>()
  for (const label of made) {
    keys.set(label, (await api.issueKey(owner, { label })).key)
    api.clock.advance(1)
  }
  for (const label of used) {
    await api.verify(keys.get(label)!)
    api.clock.advance(1)
  }
}

onEachDatabase((open) => {
  describe('sorting', () => {
    test('by last use: the latest first, then keys never used, the newest of them first', async () => {
      const api = await open()
      const owner = await api.owner()
      await makeKeys(api, owner, ['a', 'b', 'c', 'd', 'e'], ['d', 'a', 'b'])
      expect(await labels(owner, 'sort=lastUsed')).toEqual(['b', 'a', 'd', 'e', 'c'])
      expect(await labels(owner, 'sort=created')).toEqual(['e', 'd', 'c', 'b', 'a'])
      expect(await labels(owner, '')).toEqual(['e', 'd', 'c', 'b', 'a'])
    })

    test('pages by last use have neither gaps nor repeats, also where uses are equally late', async () => {
      const api = await open()
      const owner = await api.owner()
      const made = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
      await makeKeys(api, owner, made, ['b', 'a', 'c', 'd'])
      const whole = await labels(owner, 'sort=lastUsed')
      for (const limit of [1, 2, 3]) {
        const seen: string[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const query = { sort: 'lastUsed', limit, ...(cursor && { cursor }) }
          const { body } = await owner.agent.get('/api/keys').query(query).expect(200)
          const page = body as KeyPage
          seen.push(...page.data.map((key) => key.label))
          cursor = page.nextCursor
        }
        expect(seen).toEqual(whole)
      }
    })

    test('filters hold in every order', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.issueKey(owner, { label: 'dev', environment: 'development' })
      await makeKeys(api, owner, ['a', 'b'], ['a'])
      await api.issueKey(await api.owner(), { label: 'foreign' })
      expect(await labels(owner, 'sort=lastUsed&environment=production')).toEqual(['a', 'b'])
      expect(await labels(owner, 'sort=lastUsed&q=b')).toEqual(['b'])
      expect(await labels(owner, 'sort=lastUsed&status=revoked')).toEqual([])
    })

    test.each(['sort=label', 'sort=', 'createdById=', 'createdById=%00', 'createdById=a%20b'])(
      '%s is a 400',
      async (query) => {
        const api = await open()
        const owner = await api.owner()
        expectError(await owner.agent.get(`/api/keys?${query}`), 400, 'INVALID_INPUT')
      },
    )
  })

  describe('filtering by creator', () => {
    test('keeps the keys that this person or service made', async () => {
      const api = await open()
      const owner = await api.owner()
      const member = await api.member(owner.organizationId, 'member')
      await api.issueKey(owner, { label: 'of owner' })
      await api.issueKey(member, { label: 'of member' })
      expect(await labels(owner, `createdById=${member.id}`)).toEqual(['of member'])
      expect(await labels(owner, `createdById=${owner.id}`)).toEqual(['of owner'])
      expect(await labels(owner, 'createdById=usr_unknown')).toEqual([])
      expect(await labels(await api.owner(), `createdById=${member.id}`)).toEqual([])
    })
  })

  describe('counting', () => {
    async function company(api: TestApi) {
      const owner = await api.owner()
      const inAMinute = new Date(Date.parse(api.clock.now()) + 60_000).toISOString()
      await api.issueKey(owner, { label: 'good' })
      const disabled = await api.issueKey(owner, { label: 'disabled', environment: 'staging' })
      await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
      const revoked = await api.issueKey(owner, { label: 'revoked', expiresAt: inAMinute })
      await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
      await api.issueKey(owner, { label: 'expired good', expiresAt: inAMinute })
      await api.issueKey(await api.owner(), { label: 'foreign' })
      api.clock.advance(60)
      return owner
    }

    test('counts by state as the list does: disabled ones are active, revoked comes first', async () => {
      const api = await open()
      const owner = await company(api)
      const counts = async (query: string) =>
        (await owner.agent.get(`/api/keys/counts?${query}`).expect(200)).body as object
      expect(await counts('')).toEqual({ active: 2, revoked: 1, expired: 1 })
      expect(await counts('q=GOOD')).toEqual({ active: 1, revoked: 0, expired: 1 })
      expect(await counts('environment=staging')).toEqual({ active: 1, revoked: 0, expired: 0 })
      expect(await counts(`createdById=${owner.id}`)).toEqual({ active: 2, revoked: 1, expired: 1 })
      expect(await counts('createdById=usr_x')).toEqual({ active: 0, revoked: 0, expired: 0 })
      const fresh = await api.owner()
      const none = await fresh.agent.get('/api/keys/counts').expect(200)
      expect(none.body).toEqual({ active: 0, revoked: 0, expired: 0 })
    })

    test('refuses what the list refuses, a whole key above all', async () => {
      const api = await open()
      const owner = await api.owner()
      const { key } = await api.issueKey(owner)
      for (const query of [{ q: key }, { status: 'active' }, { environment: 'moon' }])
        expectError(await owner.agent.get('/api/keys/counts').query(query), 400, 'INVALID_INPUT')
      expect(api.logs.join('')).not.toContain(key)
    })
  })
})
