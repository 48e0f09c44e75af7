import { expect, test } from 'vitest'
import { randomFrom } from '../../../scripts/testkit/load/random.ts'
import { hourOf, readSlot, startOfHour } from '../../src/store/usage/slot.ts'
import { threeNodes } from './three-nodes.ts'

const KEYS = 1200 // more than one statement takes
const ROUNDS = 4

test('nodes that write the uses of the same keys at once lose no use and no last use, and do not wait for each other', async () => {
  const { api, nodes } = await threeNodes()
  const random = randomFrom(1)
  const startMs = startOfHour(hourOf(api.clock.nowMs()))
  const expected = Array.from({ length: KEYS }, () => ({ count: 0, lastAtMs: 0, lastIp: '' }))
  const tokens = await Promise.all([api.serviceToken(), api.serviceToken()])
  expect(tokens).toHaveLength(2)
  const { id } = await api.ctx.db
    .selectFrom('service_tokens')
    .select('id')
    .executeTakeFirstOrThrow()
  const owner = { organizationId: 'org_1', environment: 'production' as const }
  let lastTokenUseMs = 0
  let tick = 0
  for (let round = 0; round < ROUNDS; round++) {
    nodes.forEach(({ ctx }, node) => {
      for (const key of shuffled(KEYS, random)) {
        // No two uses at one moment, so that it is known which was the last.
        const atMs = startMs + ((tick++ * 7919) % 3_600_000)
        const lastIp = `192.0.2.${node}`
        ctx.usage.record({ number: key + 1, ...owner }, 'VALID', atMs, lastIp)
        const known = expected[key]!
        known.count++
        if (atMs > known.lastAtMs) Object.assign(known, { lastAtMs: atMs, lastIp })
      }
      const usedAtMs = startMs + random.between(1, 3_000_000)
      ctx.usage.recordServiceToken(id, usedAtMs, null)
      lastTokenUseMs = Math.max(lastTokenUseMs, usedAtMs)
    })
    await Promise.all(nodes.map(({ ctx }) => ctx.usage.flush()))
  }
  const rows = await api.ctx.db
    .selectFrom('key_usage')
    .select(['slot', 'count', 'last_at_ms', 'last_ip'])
    .execute()
  const found = new Map(rows.map((row) => [readSlot(row.slot).keyNumber, row]))
  expect(found.size).toBe(KEYS)
  expected.forEach(({ count, lastAtMs, lastIp }, key) =>
    expect(found.get(key + 1)).toMatchObject({ count, last_at_ms: lastAtMs, last_ip: lastIp }),
  )
  const ofAll = await api.ctx.db
    .selectFrom('organization_usage')
    .select(({ fn }) => fn.sum<number>('count').as('count'))
    .executeTakeFirstOrThrow()
  expect(Number(ofAll.count)).toBe(expected.reduce((sum, { count }) => sum + count, 0))
  const tokenUse = await api.ctx.db
    .selectFrom('service_token_uses')
    .select('last_at_ms')
    .where('service_token_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(tokenUse.last_at_ms).toBe(lastTokenUseMs)
  // A deadlock would be logged, and the write repeated.
  expect(api.logs.filter((line) => line.includes('could not be written'))).toEqual([])
})

function shuffled(count: number, random: ReturnType<typeof randomFrom>): number[] {
  const keys = Array.from({ length: count }, (_, key) => key)
  for (let at = count - 1; at > 0; at--) {
    const other = random.between(0, at)
    ;[keys[at], keys[other]] = [keys[other]!, keys[at]!]
  }
  return keys
}
