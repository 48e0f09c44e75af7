import { expect, test, vi } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

onEachDatabase((open) => {
  test('a new key has the whole lifetime even if the clock moves during the rotation', async () => {
    const api = await open()
    const owner = await api.owner()
    let now = api.clock.nowMs()
    const old = await api.issueKey(owner, { expiresAt: new Date(now + DAY_MS).toISOString() })
    vi.spyOn(api.ctx, 'now').mockImplementation(() => new Date(now++).toISOString())
    const { body } = await owner.agent
      .post(`/api/keys/${old.id}/rotate`)
      .send({ overlapSeconds: 0 })
    const { createdAt, expiresAt } = body as IssuedKey
    expect(Date.parse(expiresAt!) - Date.parse(createdAt)).toBe(DAY_MS)
  })
})
