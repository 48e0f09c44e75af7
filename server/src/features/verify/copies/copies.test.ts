import { expect, test } from 'vitest'
import { testApi, onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'
import { beginLease } from '../../../../../scripts/testkit/api/lease.ts'
import { countLeasedUses } from './count-leased-uses.ts'
import { sliceSizes } from './slice-sizes.ts'

const MINUTE_MS = 60_000

async function verifierWith(settings: Record<string, unknown>) {
  const api = await testApi()
  const owner = await api.owner()
  const issued = await api.issueKey(owner, settings)
  return { api, owner, issued, verifier: await beginLease(api) }
}

onEachDatabase((open) => {
  test('a verdict for a session bears a copy of the key, as of a change; without one it does not', async () => {
    const api = await open()
    const owner = await api.owner()
    const expiresAt = new Date(api.clock.nowMs() + 90_000).toISOString()
    const settings = { scopes: ['widget:token'], allowedIps: ['203.0.113.7'], expiresAt }
    const { key, id } = await api.issueKey(owner, settings)
    await owner.agent.patch(`/api/keys/${id}`).send({ label: 'Changed' }).expect(200)
    const { copy } = await api.verify(key, { session: 'les_any', ip: '203.0.113.7', cost: 0 })
    expect(copy).toEqual({
      asOf: await api.ctx.lookups.headOfChanges(),
      keyId: id,
      organizationId: owner.organizationId,
      label: 'Changed',
      environment: 'production',
      scopes: ['widget:token'],
      allowedIps: ['203.0.113.7'],
      enabled: true,
      revoked: false,
      limit: 100,
      expiresAt,
      expiresInMs: 90_000,
      slice: 0,
      minuteEndsInMs: MINUTE_MS - (api.clock.nowMs() % MINUTE_MS),
      resetAt: expect.any(String),
    })
    expect((await api.verify(key)).copy).toBeUndefined()
  })

  test('nothing is kept of a key that is unknown, foreign, expired or disabled', async () => {
    const api = await open()
    const owner = await api.owner()
    const expiresAt = new Date(api.clock.nowMs() + 1000).toISOString()
    const expired = await api.issueKey(owner, { expiresAt })
    const disabled = await api.issueKey(owner)
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    const revoked = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    api.clock.advance(2)
    const ask = (key: string) => api.verify(key, { session: 'les_any' })
    expect(await ask(expired.key)).toEqual({ valid: false, code: 'EXPIRED' })
    expect(await ask(disabled.key)).toEqual({ valid: false, code: 'DISABLED' })
    expect(await ask('nas_unknown')).toEqual({ valid: false, code: 'NOT_FOUND' })
    expect(await ask(revoked.key)).toMatchObject({ code: 'REVOKED', copy: { revoked: true } })
  })
})

test('a slice is taken from the budget, and the last tenth is handed out to nobody', async () => {
  const { verifier, issued, api } = await verifierWith({ rateLimitPerMinute: 100 })
  let taken = 0
  for (;;) {
    const { valid, copy } = await verifier.verify(issued.key)
    if (!valid) break
    taken += 1 + (copy?.slice ?? 0)
    const { rateLimit } = await api.verify(issued.key, { cost: 0 })
    expect(rateLimit).toMatchObject({ remaining: 100 - taken })
    if (taken > 90) expect(copy?.slice).toBe(0)
  }
  expect(taken).toBe(100)
})

test('what comes back unused can be spent once more, in its own minute, and once', async () => {
  const { verifier, issued, api } = await verifierWith({ rateLimitPerMinute: 10 })
  const { copy } = await verifier.verify(issued.key)
  expect(copy?.slice).toBe(1)
  const remaining = async () => (await api.verify(issued.key, { cost: 0 }))['rateLimit']
  const unused = [{ keyId: issued.id, resetAt: copy!.resetAt, units: 1 }]
  const given = async (state: object) => expect(await remaining()).toMatchObject(state)
  await given({ remaining: 8 })
  await verifier.poll({ batch: 7, unused })
  await given({ remaining: 9 })
  await verifier.poll({ batch: 7, unused })
  await given({ remaining: 9 })
  const later = new Date(Date.parse(copy!.resetAt) + MINUTE_MS).toISOString()
  await verifier.poll({ batch: 8, unused: [{ ...unused[0]!, resetAt: later }] })
  await given({ remaining: 9 })
})

test('a poll gives back to few budgets at most, those of which it has most', async () => {
  const { api, owner } = await verifierWith({})
  const keys = await Promise.all(Array.from({ length: 30 }, () => api.issueKey(owner)))
  const resetAt = new Date((Math.floor(api.clock.nowMs() / MINUTE_MS) + 1) * MINUTE_MS)
  const unused = keys.flatMap(({ id }, at) => {
    const slice = { keyId: id, resetAt: resetAt.toISOString(), units: at + 1 }
    return [slice, slice]
  })
  const given: number[] = []
  const rateLimiter = {
    ...api.ctx.rateLimiter,
    giveBack: (_: unknown, units: number) => void given.push(units),
  }
  await countLeasedUses({ ...api.ctx, rateLimiter }, null, { uses: [], unused })
  const largest = Array.from({ length: 20 }, (_, at) => 2 * (30 - at))
  expect(given).toEqual(largest)
})

test('uses that come with a poll are counted once, and move the last use', async () => {
  const { verifier, issued, api, owner } = await verifierWith({})
  const use = { keyId: issued.id, ip: '203.0.113.7', agoMs: 1000 }
  const uses = [
    { ...use, code: 'VALID' as const, count: 70_000 },
    { ...use, code: 'INSUFFICIENT_SCOPE' as const, count: 2, agoMs: 0 },
  ]
  await verifier.poll({ batch: 1, uses })
  await verifier.poll({ batch: 1, uses })
  const { body } = await owner.agent.get(`/api/keys/${issued.id}`).expect(200)
  const lastUsedAt = new Date(api.clock.nowMs() - 1000).toISOString()
  expect(body).toMatchObject({ lastUsedAt, lastUsedIp: '203.0.113.7' })
  const usage = await owner.agent.get(`/api/keys/${issued.id}/usage`).expect(200)
  const counts = usage.body.data.map((hour: { counts: object }) => hour.counts)
  expect(counts).toContainEqual(expect.objectContaining({ VALID: 70_000, INSUFFICIENT_SCOPE: 2 }))
})

test('nothing is counted for keys that the token may not ask about', async () => {
  const { issued, api, owner } = await verifierWith({})
  const other = await api.owner()
  const token = await api.serviceToken({ organizationIds: [other.organizationId] })
  const verifier = await beginLease(api, token)
  const use = { keyId: issued.id, code: 'VALID' as const, ip: null, count: 5, agoMs: 0 }
  await verifier.poll({ uses: [use, { ...use, keyId: 'key_unknown' }] })
  const { body } = await owner.agent.get(`/api/keys/${issued.id}`).expect(200)
  expect(body.lastUsedAt).toBeNull()
})

test('slices grow to what a tenth of a second uses, and shrink again', () => {
  let nowMs = 0
  const { next } = sliceSizes(() => nowMs)
  const after = (ms: number) => {
    nowMs += ms
    return next(1)
  }
  expect(after(0)).toBe(1)
  const atThousandASecond = [2, 9, 65, 101, 101].map(after)
  expect(atThousandASecond).toEqual([8, 64, 100, 100, 100])
  expect(after(10_000)).toBe(2)
  expect(next(2)).toBe(1)
})
