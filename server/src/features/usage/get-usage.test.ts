import { expect, test } from 'vitest'
import type { KeyUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import { expectError, onEachDatabase, type Person } from '../../../../scripts/testkit/api/kit.ts'

async function usageOf(person: Person, id: string, query = ''): Promise<KeyUsage['data']> {
  const { body } = await person.agent.get(`/api/keys/${id}/usage${query}`).expect(200)
  return (body as KeyUsage).data
}

onEachDatabase((open) => {
  test('use is counted by the hour, up to the request', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    await api.verify(key)
    api.clock.advance(2 * 3600)
    await api.verify(key)
    await api.verify(key)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    await api.verify(key)
    const data = await usageOf(owner, id)
    expect(data).toHaveLength(24)
    expect(data.slice(-3).map(({ counts }) => [counts.VALID, counts.REVOKED])).toEqual([
      [1, 0],
      [0, 0],
      [2, 1],
    ])
    expect(data.at(-1)!.start).toBe(`${api.clock.now().slice(0, 13)}:00:00.000Z`)
  })

  test('use is counted by the day, only within the requested time', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    for (let day = 0; day < 3; day++) {
      await api.verify(key)
      api.clock.advance(86_400)
    }
    await api.ctx.usage.flush()
    const from = new Date(api.clock.nowMs() - 2 * 86_400_000).toISOString()
    const counts = (await usageOf(owner, id, `?interval=day&from=${from}`)).map(
      ({ counts: { VALID } }) => VALID,
    )
    expect(counts).toEqual([1, 1, 0])
  })

  test('uses of other keys do not count', async () => {
    const api = await open()
    const owner = await api.owner()
    const keys = [await api.issueKey(owner), await api.issueKey(owner), await api.issueKey(owner)]
    for (const [at, { key }] of keys.entries())
      for (let use = 0; use <= at; use++) await api.verify(key)
    await api.ctx.usage.flush()
    for (const [at, { id }] of keys.entries())
      expect((await usageOf(owner, id)).at(-1)!.counts.VALID).toBe(at + 1)
  })

  test('a viewer and a service that manages keys may see it; another organization may not', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const stranger = await api.owner()
    const viewer = await api.member(owner.organizationId, 'viewer')
    expect(await usageOf(viewer, id)).toHaveLength(24)
    expectError(await stranger.agent.get(`/api/keys/${id}/usage`), 404, 'NOT_FOUND')
    expectError(await owner.agent.get('/api/keys/key_unknown/usage'), 404, 'NOT_FOUND')
    const service = async (scope: 'keys:manage' | 'keys:verify', organizationId: string) =>
      api.request
        .get(`/api/keys/${id}/usage`)
        .set('Authorization', `Bearer ${await api.serviceToken({ scopes: [scope] })}`)
        .set('X-Organization-Id', organizationId)
    expect((await service('keys:manage', owner.organizationId)).status).toBe(200)
    expectError(await service('keys:manage', stranger.organizationId), 404, 'NOT_FOUND')
    expectError(await service('keys:verify', owner.organizationId), 403, 'INSUFFICIENT_SCOPE')
  })

  test.each([
    'interval=minute',
    'from=yesterday',
    'from=2026-02-30T00:00:00.000Z',
    'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    'from=2020-01-01T00:00:00Z',
    'limit=5',
  ])('%s is a 400', async (query) => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    expectError(await owner.agent.get(`/api/keys/${id}/usage?${query}`), 400, 'INVALID_INPUT')
  })
})
