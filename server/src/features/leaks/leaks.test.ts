import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

onEachDatabase((open) => {
  test('the holder of a key may revoke it, and the audit log shows that', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    await api.request.post('/api/keys/revoke-leaked').send({ key }).expect(202)
    expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
    const { body } = await owner.agent.get(`/api/audit-events?keyId=${id}`).expect(200)
    const [leaked, revoked] = body.data as { action: string; actor: { type: string } }[]
    expect([leaked!.action, revoked!.action]).toEqual(['key.leaked', 'key.revoked'])
    expect(leaked!.actor.type).toBe('key-holder')
    await api.request.post('/api/keys/revoke-leaked').send({ key }).expect(202)
  })

  test('the answer is the same for any text', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    const answers = []
    for (const found of [key, key, 'nas_unknown', '', '\0'])
      answers.push(await api.request.post('/api/keys/revoke-leaked').send({ key: found }))
    for (const { status, text } of answers) expect([status, text]).toEqual([202, ''])
    expectError(await api.request.post('/api/keys/revoke-leaked').send({}), 400, 'INVALID_INPUT')
  })

  test('an address may report 60 a minute', async () => {
    const api = await open()
    const report = () => api.request.post('/api/keys/revoke-leaked').send({ key: 'x' })
    for (let i = 0; i < 60; i++) await report().expect(202)
    const answer = await report()
    expectError(answer, 429, 'RATE_LIMITED')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    api.clock.advance(60)
    await report().expect(202)
  })
})
