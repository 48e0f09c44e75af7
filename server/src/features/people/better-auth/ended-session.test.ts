import { expect, test } from 'vitest'
import { onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'

const ROUNDS = 12

onEachDatabase((open) => {
  test('a session that ends during a request is a 401 at worst', async () => {
    const api = await open()
    const statuses = new Set<number>()
    for (let round = 0; round < ROUNDS; round++) {
      const { agent } = await api.owner()
      const setActive = () => agent.post('/api/session/organization/set-active').send({})
      const answers = await Promise.all([
        setActive(),
        setActive(),
        agent.post('/api/session/revoke-sessions').send({}),
        setActive(),
        setActive(),
      ])
      for (const { status } of answers) statuses.add(status)
    }
    expect([...statuses].filter((status) => status !== 200 && status !== 401)).toEqual([])
  })
})
