import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectError, onEachDatabase, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

/** Calls of one service under /api/internal. */
async function catalog(api: TestApi, organizationIds?: string[]) {
  const token = await api.serviceToken({
    scopes: ['catalog:write'],
    ...(organizationIds && { organizationIds }),
  })
  const headers = { Authorization: `Bearer ${token}` }
  return {
    get: (path: string) => api.request.get(`/api/internal/${path}`).set(headers),
    put: (path: string, body: object) =>
      api.request.put(`/api/internal/${path}`).set(headers).send(body),
    del: (path: string) => api.request.delete(`/api/internal/${path}`).set(headers),
  }
}

onEachDatabase((open) => {
  test('an organization can be made, changed and read', async () => {
    const api = await open()
    const { get, put } = await catalog(api)
    const first = await put('organizations/org_shop', { name: 'Shop', subscription: 'trialing' })
    expect(first.status).toBe(200)
    await put('organizations/org_shop', { name: 'Shop', subscription: 'active' }).expect(200)
    const { body } = await get('organizations/org_shop').expect(200)
    expect(body).toEqual({ id: 'org_shop', name: 'Shop', subscription: 'active' })
    expectError(await get('organizations/org_nobody'), 404, 'NOT_FOUND')
  })

  test('an agent can be made, changed, read and deleted', async () => {
    const api = await open()
    const { get, put, del } = await catalog(api)
    const id = randomUUID()
    await put(`agents/${id}`, { name: 'Sales', active: false }).expect(200)
    await put(`agents/${id}`, {
      name: 'Sales',
      active: true,
      allowedOrigins: ['https://shop.example', 'http://localhost:8080'],
    }).expect(200)
    const { body } = await get(`agents/${id.toUpperCase()}`).expect(200)
    expect(body).toEqual({
      id,
      name: 'Sales',
      active: true,
      organizationId: null,
      allowedOrigins: ['https://shop.example', 'http://localhost:8080'],
    })
    await del(`agents/${id}`).expect(204)
    expectError(await get(`agents/${id}`), 404, 'NOT_FOUND')
    expectError(await del(`agents/${id}`), 404, 'NOT_FOUND')
  })

  test('an instance belongs to an organization and an agent, and is deleted with the agent', async () => {
    const api = await open()
    const { get, put, del } = await catalog(api)
    const { organizationId } = await api.owner()
    const [agentId, id] = [randomUUID(), randomUUID()]
    await put(`agents/${agentId}`, { name: 'Sales', active: true }).expect(200)
    await put(`instances/${id}`, { agentId, organizationId, active: true }).expect(200)
    const { body } = await get(`instances/${id}`).expect(200)
    expect(body).toEqual({ id, agentId, organizationId, name: null, active: true })
    await del(`agents/${agentId}`).expect(204)
    expectError(await get(`instances/${id}`), 404, 'NOT_FOUND')
    expectError(await del(`instances/${id}`), 404, 'NOT_FOUND')
  })

  test('an entry may refer only to existing ones', async () => {
    const api = await open()
    const { put } = await catalog(api)
    const { organizationId } = await api.owner()
    const stranger = await api.owner()
    const [agentId, id] = [randomUUID(), randomUUID()]
    const nowhere = { name: 'x', active: true, organizationId: 'org_nobody' }
    expectError(await put(`agents/${agentId}`, nowhere), 404, 'NOT_FOUND')
    await put(`agents/${agentId}`, {
      name: 'x',
      active: true,
      organizationId: stranger.organizationId,
    }).expect(200)
    const instance = { agentId, organizationId, active: true }
    expectError(await put(`instances/${id}`, instance), 400, 'INVALID_INPUT')
    const unknownAgent = { ...instance, agentId: randomUUID() }
    expectError(await put(`instances/${id}`, unknownAgent), 400, 'INVALID_INPUT')
  })

  test.each([
    ['organizations/shop', { name: 'x', subscription: 'active' }],
    ['organizations/org_a', { name: 'x', subscription: 'paid' }],
    ['organizations/org_a', { name: '', subscription: 'active' }],
    ['agents/1', { name: 'x', active: true }],
    [`agents/${randomUUID()}`, { name: 'x', active: 'yes' }],
    [`agents/${randomUUID()}`, { name: 'x', active: true, allowedOrigins: ['shop.example'] }],
    [`agents/${randomUUID()}`, { name: 'x', active: true, allowedOrigins: ['https://a.b/c'] }],
    [`instances/${randomUUID()}`, { agentId: 'x', organizationId: 'org_a', active: true }],
  ])('PUT %s is a 400 for %j', async (path, body) => {
    const api = await open()
    const { put } = await catalog(api)
    expectError(await put(path, body), 400, 'INVALID_INPUT')
  })

  test('a limited token sees and changes only its organizations', async () => {
    const api = await open()
    const all = await catalog(api)
    const { organizationId: own } = await api.owner()
    const { organizationId: foreign } = await api.owner()
    const limited = await catalog(api, [own])
    const [shared, theirs, mine] = [randomUUID(), randomUUID(), randomUUID()]
    await all.put(`agents/${shared}`, { name: 'x', active: true }).expect(200)
    await all.put(`agents/${theirs}`, { name: 'x', active: true, organizationId: foreign })
    await limited.get(`agents/${shared}`).expect(200)
    await limited
      .put(`agents/${mine}`, { name: 'x', active: true, organizationId: own })
      .expect(200)
    const takeover = { name: 'x', active: true, organizationId: own }
    const subscription = { name: 'x', subscription: 'active' }
    expectError(await limited.get(`organizations/${foreign}`), 404, 'NOT_FOUND')
    expectError(await limited.put(`organizations/${foreign}`, subscription), 404, 'NOT_FOUND')
    expectError(await limited.get(`agents/${theirs}`), 404, 'NOT_FOUND')
    expectError(await limited.put(`agents/${theirs}`, takeover), 404, 'NOT_FOUND')
    expectError(await limited.del(`agents/${theirs}`), 404, 'NOT_FOUND')
    expectError(await limited.put(`agents/${shared}`, takeover), 403, 'FORBIDDEN')
    expectError(await limited.del(`agents/${shared}`), 403, 'FORBIDDEN')
    expectError(
      await limited.put(`agents/${randomUUID()}`, { name: 'x', active: true }),
      403,
      'FORBIDDEN',
    )
  })
})
