import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

const MAX_WAITING = 64
const MAX_FILES = 32

onEachDatabase((open) => {
  test('when many lists wait already, one more is a 503 at once, and a verification is answered', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const { browsing } = api.ctx.database
    const done = Promise.withResolvers<void>()
    const waiting = Array.from({ length: MAX_WAITING }, () => browsing.read(() => done.promise))
    for (const path of ['keys', 'audit-events', 'audit-events?format=csv'])
      expectError(await owner.agent.get(`/api/${path}`), 503, 'UNAVAILABLE')
    expect(await api.verify(key)).toMatchObject({ valid: true })
    done.resolve()
    await Promise.all(waiting)
    await owner.agent.get('/api/keys').expect(200)
  })

  test('one file more than may be sent at once is a 503, and each that ends makes room', async () => {
    const api = await open()
    const owner = await api.owner()
    const { browsing } = api.ctx.database
    const ends = Array.from({ length: MAX_FILES - 1 }, () => browsing.beginFile())
    const download = () => owner.agent.get('/api/audit-events?format=csv')
    // Each of them ends with its answer.
    for (let times = 0; times < 3; times++) await download().expect(200)
    ends.push(browsing.beginFile())
    expectError(await download(), 503, 'UNAVAILABLE')
    ends[0]!()
    await download().expect(200)
  })
})
