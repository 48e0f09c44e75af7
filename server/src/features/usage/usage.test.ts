import { expect, test } from 'vitest'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { onEachDatabase, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { usageLog } from './write-behind/usage-log.ts'
import type { UsageBatch } from '../../store/usage/batch.ts'
import { readSlot } from '../../store/usage/slot.ts'

async function countsOf(api: TestApi): Promise<Record<string, number>> {
  await api.ctx.usage.flush()
  const rows = await api.ctx.committed.selectFrom('key_usage').select(['slot', 'count']).execute()
  const counts: Record<string, number> = {}
  for (const { slot, count } of rows) {
    const name = outcomes[readSlot(slot).outcome]!
    counts[name] = (counts[name] ?? 0) + count
  }
  return counts
}

onEachDatabase((open) => {
  test.each([
    ['here', false],
    ['in threads', true],
  ])(
    'every use is counted %s by its outcome, a peek and an unknown key not at all',
    async (_, inThreads) => {
      const api = await open({ inThreads })
      const owner = await api.owner()
      const { id, key } = await api.issueKey(owner, { scopes: ['a'], rateLimitPerMinute: 3 })
      for (let i = 0; i < 5; i++) await api.verify(key, { scopes: ['a'] })
      await api.verify(key, { scopes: ['b'] })
      await api.verify(key, { cost: 0 })
      await api.verify('nas_unknown')
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      await api.verify(key)
      expect(await countsOf(api)).toEqual({
        VALID: 3,
        RATE_LIMITED: 2,
        INSUFFICIENT_SCOPE: 1,
        REVOKED: 1,
      })
    },
  )

  test('counts of one hour add up over many flushes, and hours are kept apart', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    for (let i = 0; i < 3; i++) {
      await api.verify(key)
      await api.ctx.usage.flush()
    }
    api.clock.advance(3600)
    await api.verify(key)
    expect(await countsOf(api)).toEqual({ VALID: 4 })
    const hours = await api.ctx.committed.selectFrom('key_usage').select('count').execute()
    expect(hours.map((row) => row.count).toSorted()).toEqual([1, 3])
  })

  test('a late batch never moves a last use back', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    await api.verify(key, { ip: '203.0.113.7' })
    const usedAt = api.clock.now()
    api.clock.advance(-10)
    await api.ctx.usage.flush()
    await api.verify(key, { ip: '203.0.113.8' })
    const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
    expect([body.lastUsedAt, body.lastUsedIp]).toEqual([usedAt, '203.0.113.7'])
  })

  test('a service token shows when it was last used', async () => {
    const api = await open()
    await api.verify('nas_unknown')
    await api.ctx.usage.flush()
    const rows = await api.ctx.committed
      .selectFrom('service_token_uses')
      .select(['last_at_ms', 'last_ip'])
      .execute()
    expect(rows).toEqual([{ last_at_ms: api.clock.nowMs(), last_ip: '127.0.0.1' }])
  })
})

test('memory is bounded: uses that cannot be written for too long are counted as dropped', async () => {
  const written: UsageBatch[] = []
  const stuck = Promise.withResolvers<void>()
  const log = usageLog({
    async write(batch) {
      written.push(batch)
      await stuck.promise
    },
    async close() {},
    foldAlone: async () => undefined,
    merge: async () => undefined,
  })
  const key = { number: 1, organizationId: 'org_1', environment: 'production' as const }
  for (let i = 0; i < 1_000_000; i++) log.record(key, 'VALID', i, null)
  expect(written).toHaveLength(8)
  expect(log.dropped()).toBe(7 * 65_536)
  stuck.resolve()
  await log.close()
  expect(written.reduce((sum, { count }) => sum + count, 0) + log.dropped()).toBe(1_000_000)
})
