import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

test.each(['/api/openapi.json', '/docs/json', '/docs/yaml', '/.well-known/jwks.json'])(
  'a client that has %s already gets no second copy',
  async (path) => {
    const { request } = await testApi()
    const { headers } = await request.get(path).expect(200)
    expect(headers['etag']).toMatch(/^W\/"[\w-]{8,}"$/)
    const strong = headers['etag']!.slice(2)
    for (const kept of [headers['etag']!, strong, `"other", ${headers['etag']}`, '*']) {
      const again = await request.get(path).set('If-None-Match', kept).expect(304)
      expect(again.text).toBe('')
      expect(again.headers['etag']).toBe(headers['etag'])
      expect(again.headers['cache-control']).toBe(headers['cache-control'])
    }
    await request.get(path).set('If-None-Match', 'W/"other"').expect(200)
  },
)

test('a file of audit events stays the same until there is another event', async () => {
  const api = await testApi()
  const { agent, ...owner } = await api.owner()
  const { id } = await api.issueKey({ agent, ...owner })
  const file = '/api/audit-events?format=csv'
  const { headers } = await agent.get(file).expect(200)
  const kept = { 'If-None-Match': headers['etag']! }
  const again = await agent.get(file).set(kept).expect(304)
  expect(again.headers['cache-control']).toBe('no-store')
  await (await api.owner()).agent.get(file).set(kept).expect(200)
  await agent.patch(`/api/keys/${id}`).send({ label: 'Another label' }).expect(200)
  const { text } = await agent.get(file).set(kept).expect(200)
  expect(text).toContain('Another label')
})
