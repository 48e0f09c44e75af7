import { expect, test } from 'vitest'
import type { KeyCallers } from '@zentrix/shared/schemas/usage/callers.ts'
import { onEachDatabase, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { MAX_CALLERS } from '../../../store/usage/callers.ts'
import { MAX_REFUSALS } from '../../../store/usage/batch.ts'

// Two batches each time.
const ADDRESSES = 100_000

/** Refuses a key to as many addresses, none of which it was refused to before. */
async function attack({ ctx }: TestApi, number: number, organizationId: string, first: number) {
  const code = 'IP_NOT_ALLOWED'
  const key = { number, organizationId, environment: 'production' as const }
  for (let at = first; at < first + ADDRESSES; at++) {
    const ip = `2001:db8::${(at >> 16).toString(16)}:${(at & 0xffff).toString(16)}`
    const atMs = ctx.nowMs() - 2 * ADDRESSES + at
    ctx.usage.record(key, code, atMs, ip)
    const refusal = { keyNumber: number, atMs, code, ip, requestId: `request-${at}` } as const
    ctx.usage.recordRefusal({ ...refusal, scopes: ['calls:write'] })
  }
  await ctx.usage.flush()
}

/** How much is stored about uses: a row is of an hour, of which an attack may see two. */
async function stored({ ctx }: TestApi) {
  const rows = await ctx.committed.selectFrom('key_usage').select('callers').execute()
  const refusals = await ctx.committed.selectFrom('key_refusals').select('id').execute()
  return {
    longest: Math.max(...rows.map(({ callers }) => callers?.length ?? 0)),
    rows: rows.length,
    refusals: refusals.length,
  }
}

onEachDatabase((open) => {
  test('a key that is attacked from ever more addresses takes no more room', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner, { allowedIps: ['203.0.113.7'] })
    const { number } = await api.ctx.committed
      .selectFrom('api_keys')
      .select('number')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    for (const first of [0, ADDRESSES]) {
      await attack(api, number, owner.organizationId, first)
      const { rows, longest, refusals } = await stored(api)
      expect(rows).toBeLessThanOrEqual(2)
      expect(longest).toBeLessThan(MAX_CALLERS * 100)
      expect(refusals).toBe(MAX_REFUSALS)
      const { body } = await owner.agent.get(`/api/keys/${id}/callers`).expect(200)
      const callers = body as KeyCallers
      expect(callers.addresses).toHaveLength(MAX_CALLERS)
      expect(callers.refusals.map(({ requestId }) => requestId)).toEqual(
        Array.from({ length: MAX_REFUSALS }, (_, at) => `request-${first + ADDRESSES - 1 - at}`),
      )
      expect(callers.addresses[0]!.ip).toBe(callers.refusals[0]!.ip)
    }
    const { body } = await owner.agent.get(`/api/keys/${id}/usage?interval=day`).expect(200)
    const days = (body as { data: { counts: Record<string, number> }[] }).data
    const refused = days.reduce((sum, { counts }) => sum + counts['IP_NOT_ALLOWED']!, 0)
    expect(refused).toBe(2 * ADDRESSES)
    expect(api.ctx.usage.dropped()).toBe(0)
  })
})
