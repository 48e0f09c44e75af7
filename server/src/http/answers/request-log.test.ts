import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

type Line = Record<string, unknown>

const lineOf = (logs: string[], requestId: string): Line | undefined =>
  logs.map((line) => JSON.parse(line) as Line).find(({ reqId }) => reqId === requestId)

test('a line names by their ids who asked, for whom and about which key', async () => {
  const api = await testApi({ env: { LOG_LEVEL: 'debug' } })
  const owner = await api.owner()
  const { organizationId } = owner
  const { id, key } = await api.issueKey(owner)
  const service = await api.serviceToken()
  const named = (requestId: string) => lineOf(api.logs, requestId)
  await owner.agent.get(`/api/keys/${id}`).set('X-Request-Id', 'person').expect(200)
  expect(named('person')).toMatchObject({
    path: '/api/keys/:id',
    personId: owner.id,
    organizationId,
    keyId: id,
  })
  await api.request.get('/api/whoami').set({ 'X-Request-Id': 'holder', 'X-API-Key': key })
  expect(named('holder')).toMatchObject({ keyId: id, organizationId })
  await api.request
    .get('/api/auth/check/page')
    .set({ 'X-Request-Id': 'gateway', 'X-API-Key': key, 'X-Service-Token': service })
    .expect(200)
  expect(named('gateway')).toMatchObject({
    serviceId: expect.stringMatching(/^svc_/) as string,
    keyId: id,
    organizationId,
  })
  await api.request.get('/api/keys').set('X-Request-Id', 'stranger').expect(401)
  expect(Object.keys(named('stranger')!)).not.toContain('personId')
})

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test.each([
  [`00-${traceId}-00f067aa0ba902b7-01`, traceId],
  [`cc-${traceId}-00f067aa0ba902b7-01-later`, traceId],
  [`00-${traceId}-00f067aa0ba902b7-01-later`, undefined],
  [`ff-${traceId}-00f067aa0ba902b7-01`, undefined],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
  [`00-${traceId}-0000000000000000-01`, undefined],
  [`00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
  ['nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c', undefined],
])('a line names the trace that traceparent %s is of', async (traceparent, expected) => {
  const api = await testApi()
  await api.request.get('/healthz').set({ 'X-Request-Id': 'traced', traceparent })
  expect(lineOf(api.logs, 'traced')?.['traceId']).toBe(expected)
})
