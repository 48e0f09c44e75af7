import { describe, expect, test } from 'vitest'
import type { KeyPage } from '@zentrix/shared/schemas/keys.ts'
import { expectError, onEachDatabase, type Person } from '../../../../../scripts/testkit/api/kit.ts'

async function labels(person: Person, query: string): Promise<string[]> {
  const { body } = await person.agent.get(`/api/keys?${query}`).expect(200)
  return (body as KeyPage).data.map((key) => key.label)
}

onEachDatabase((open) => {
  describe('listing', () => {
    test('pages run from new to old, without gaps or repeats', async () => {
      const api = await open()
      const owner = await api.owner()
      // The clock stands still, so the order within a millisecond counts.
      for (let i = 0; i < 7; i++) await api.issueKey(owner, { label: `key ${i}` })
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await owner.agent
          .get('/api/keys')
          .query({ limit: 3, ...(cursor && { cursor }) })
        const page = body as KeyPage
        seen.push(...page.data.map((key) => key.label))
        cursor = page.nextCursor
      }
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `key ${i}`))
    })

    test('a status filter tells active, revoked and expired apart; disabled counts as active', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.issueKey(owner, { label: 'good' })
      const disabled = await api.issueKey(owner, { label: 'disabled' })
      const revoked = await api.issueKey(owner, { label: 'revoked' })
      const inAMinute = new Date(Date.parse(api.clock.now()) + 60_000).toISOString()
      await api.issueKey(owner, { label: 'expired', expiresAt: inAMinute })
      await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
      await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
      api.clock.advance(60)
      expect(await labels(owner, '')).toEqual(['disabled', 'good'])
      expect(await labels(owner, 'status=active')).toEqual(['disabled', 'good'])
      expect(await labels(owner, 'status=revoked')).toEqual(['revoked'])
      expect(await labels(owner, 'status=expired')).toEqual(['expired'])
      expect(await labels(owner, 'status=all')).toHaveLength(4)
    })

    test('search finds part of a label in any alphabet and case, or the last four', async () => {
      const api = await open()
      const owner = await api.owner()
      const web = await api.issueKey(owner, { label: 'Web shop 100%' })
      await api.issueKey(owner, { label: 'ПРОДАКШН' })
      const search = (q: string) => labels(owner, `q=${encodeURIComponent(q)}`)
      expect(await search('SHOP')).toEqual(['Web shop 100%'])
      expect(await search('продакшн')).toEqual(['ПРОДАКШН'])
      expect(await search('100%')).toEqual(['Web shop 100%'])
      expect(await search('%')).toEqual(['Web shop 100%'])
      expect(await search('_')).toEqual([])
      expect(await search(web.last4)).toContain('Web shop 100%')
      expect(await search(web.masked)).toEqual(['Web shop 100%'])
    })

    test('search finds a key by its last four, masked key, id, or part of the id', async () => {
      const api = await open()
      const owner = await api.owner()
      const key = await api.issueKey(owner, { label: 'sought' })
      await api.issueKey(owner, { label: 'another' })
      await api.issueKey(await api.owner(), { label: 'foreign' })
      for (const q of [
        key.last4,
        key.masked,
        `...${key.last4}`,
        key.id,
        key.id.slice(-8),
        key.id.slice(4),
      ])
        expect([q, await labels(owner, `status=all&q=${q}`)]).toEqual([q, ['sought']])
      const others = ['key', 'key_', 'nas_', `nas_...${key.last4.slice(1)}`, `${key.id}0`]
      for (const q of others) expect([q, await labels(owner, `q=${q}`)]).toEqual([q, []])
    })

    test('a search for a whole key or service token is refused, and not logged', async () => {
      const api = await open()
      const owner = await api.owner()
      const { key } = await api.issueKey(owner)
      const token = await api.serviceToken()
      for (const secret of [key, token, ` ${key}`, `label ${token}.`]) {
        const refused = await owner.agent.get('/api/keys').query({ q: secret })
        expectError(refused, 400, 'INVALID_INPUT')
        expect(refused.body.details).toMatchObject([{ path: 'q' }])
        expect(refused.text).not.toContain(secret.trim())
      }
      expect(api.logs.join('')).not.toContain(key)
    })

    test('an environment filter keeps the others out', async () => {
      const api = await open()
      const owner = await api.owner()
      await api.issueKey(owner, { label: 'dev', environment: 'development' })
      await api.issueKey(owner, { label: 'prod' })
      expect(await labels(owner, 'environment=development')).toEqual(['dev'])
    })

    test.each(['0000-01-01T00:00:00.000Z key_1', '2026-02-30T00:00:00.000Z key_1', 'x y z'])(
      'a made-up cursor is a 400: %s',
      async (text) => {
        const api = await open()
        const owner = await api.owner()
        const cursor = Buffer.from(text).toString('base64url')
        expectError(await owner.agent.get('/api/keys').query({ cursor }), 400, 'INVALID_INPUT')
      },
    )

    test.each([
      'limit=0',
      'limit=101',
      'limit=ten',
      'status=gone',
      'cursor=abc',
      'page=2',
      'q=%zz',
      'q=%ff',
      'q=%00',
    ])('%s is a 400', async (query) => {
      const api = await open()
      const owner = await api.owner()
      expectError(await owner.agent.get(`/api/keys?${query}`), 400, 'INVALID_INPUT')
    })
  })
})
