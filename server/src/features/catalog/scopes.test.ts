import { expect, test } from 'vitest'
import { MAX_DECLARED_SCOPES } from '@zentrix/shared/limits.ts'
import {
  expectError,
  onEachDatabase,
  type Settings,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'

async function openWithToken(open: (settings?: Settings) => Promise<TestApi>) {
  const api = await open()
  const token = await api.serviceToken({ scopes: ['catalog:write'] })
  const as = { Authorization: `Bearer ${token}` }
  const path = (name: string) => `/api/internal/scopes/${encodeURIComponent(name)}`
  return {
    api,
    put: (name: string, description: unknown) =>
      api.request.put(path(name)).set(as).send({ description }),
    get: (name: string) => api.request.get(path(name)).set(as),
    remove: (name: string) => api.request.delete(path(name)).set(as),
  }
}

onEachDatabase((open) => {
  test('what services declare, people of every organization can choose', async () => {
    const { api, put, get } = await openWithToken(open)
    const owner = await api.owner()
    const viewer = await api.member(owner.organizationId, 'viewer')
    expect((await viewer.agent.get('/api/scopes').expect(200)).body).toEqual({ data: [] })
    const write = { name: 'calls:write', description: 'Start and end calls' }
    expect((await put(write.name, ` ${write.description} `).expect(200)).body).toEqual(write)
    await put('calls:read', 'See calls').expect(200)
    const read = { name: 'calls:read', description: 'Read calls and transcripts' }
    await put(read.name, read.description).expect(200)
    expect((await get(read.name).expect(200)).body).toEqual(read)
    const other = await api.owner()
    for (const { agent } of [viewer, other])
      expect((await agent.get('/api/scopes').expect(200)).body).toEqual({ data: [read, write] })
  })

  test('a declaration that is deleted takes no scope from a key', async () => {
    const { api, put, get, remove } = await openWithToken(open)
    await put('calls:read', 'See calls').expect(200)
    const owner = await api.owner()
    const { key } = await api.issueKey(owner, { scopes: ['calls:read', 'never:declared'] })
    await remove('calls:read').expect(204)
    expectError(await get('calls:read'), 404, 'NOT_FOUND')
    expectError(await remove('calls:read'), 404, 'NOT_FOUND')
    expect((await owner.agent.get('/api/scopes').expect(200)).body).toEqual({ data: [] })
    expect(await api.verify(key, { scopes: ['calls:read'] })).toMatchObject({ valid: true })
  })

  test('names and descriptions are held to their rules', async () => {
    const { put, get } = await openWithToken(open)
    for (const name of ['Calls', 'calls:', 'calls read', 'a'.repeat(101), 'calls\0'])
      expectError(await put(name, 'See calls'), 400, 'INVALID_INPUT')
    for (const description of ['', ' ', 'a\nb', 'x'.repeat(201), null, 7])
      expectError(await put('calls:read', description), 400, 'INVALID_INPUT')
    expectError(await get('calls:read'), 404, 'NOT_FOUND')
  })

  test('a token that is limited to organizations declares nothing for all of them', async () => {
    const { api, put } = await openWithToken(open)
    await put('calls:read', 'See calls').expect(200)
    const owner = await api.owner()
    const limited = await api.serviceToken({ organizationIds: [owner.organizationId] })
    const as = { Authorization: `Bearer ${limited}` }
    const path = '/api/internal/scopes/calls:read'
    expectError(await api.request.put(path).set(as).send({ description: 'x' }), 403, 'FORBIDDEN')
    expectError(await api.request.delete(path).set(as), 403, 'FORBIDDEN')
    expect((await api.request.get(path).set(as).expect(200)).body.description).toBe('See calls')
  })

  test('there are never more than a page can offer', async () => {
    const { api, put } = await openWithToken(open)
    await api.ctx.db
      .insertInto('declared_scopes')
      .values(
        Array.from({ length: MAX_DECLARED_SCOPES }, (_, at) => ({
          name: `scope:${at}`,
          description: 'One of many',
          updated_at: api.clock.now(),
        })),
      )
      .execute()
    expectError(await put('scope:new', 'One too many'), 409, 'CONFLICT')
    await put('scope:7', 'Still changed').expect(200)
  })
})
