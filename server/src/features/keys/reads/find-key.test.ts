import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'

onEachDatabase((open) => {
  test('whoever holds a whole key finds its record, in any state', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key, ...record } = await api.issueKey(owner, { label: 'sought' })
    await api.issueKey(owner, { label: 'another' })
    const find = () => owner.agent.post('/api/keys/find').send({ key }).expect(200)
    expect((await find()).body).toEqual(record)
    await api.verify(key)
    expect((await find()).body).toMatchObject({ lastUsedAt: api.clock.now() })
    await owner.agent.patch(`/api/keys/${record.id}`).send({ enabled: false }).expect(200)
    expect((await find()).body).toMatchObject({ status: 'disabled' })
    await owner.agent.delete(`/api/keys/${record.id}`).expect(204)
    expect((await find()).body).toMatchObject({ id: record.id, status: 'revoked' })
  })

  test('a viewer, and a service that acts for the organization, find it too', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key, id } = await api.issueKey(owner)
    const viewer = await api.member(owner.organizationId, 'viewer')
    const found = await viewer.agent.post('/api/keys/find').send({ key }).expect(200)
    expect(found.body.id).toBe(id)
    const token = await api.serviceToken({ scopes: ['keys:manage'] })
    const byService = await api.request
      .post('/api/keys/find')
      .set({ Authorization: `Bearer ${token}`, 'X-Organization-Id': owner.organizationId })
      .send({ key })
      .expect(200)
    expect(byService.body.id).toBe(id)
  })

  test('a key of another organization looks like a text that is no key', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    const stranger = await api.owner()
    const others = [key, `${key} `, `x${key}`, '', 'nas_\u0000', '\ud800']
    for (const text of others) {
      const refused = await stranger.agent.post('/api/keys/find').send({ key: text })
      expectError(refused, 404, 'NOT_FOUND')
      expect(refused.body.error).toBe('Key not found')
    }
  })

  test('the key stands in the body, and only there; it is in no answer and in no log', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const found = await owner.agent.post('/api/keys/find').send({ key }).expect(200)
    expect(found.text).not.toContain(key)
    expect(found.headers['cache-control']).toBe('no-store')
    for (const body of [{}, { key: 1 }, { key, more: true }])
      expectError(await owner.agent.post('/api/keys/find').send(body), 400, 'INVALID_INPUT')
    await owner.agent.get('/api/keys/find').query({ key }).expect(405)
    expect(api.logs.join('')).not.toContain(key)
  })
})
