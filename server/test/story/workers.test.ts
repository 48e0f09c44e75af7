import { expect, test } from 'vitest'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { callService, makeServiceToken, ORGANIZATION } from './as-service.ts'
import { refusedStart, runService } from './ends.ts'

const CONNECTIONS = 24

type Verdict = { valid: boolean; code: string }

async function runWithKey(input: object = {}) {
  const service = await runService({ WORKERS: '3', METRICS_TOKEN: 'a-token-for-metrics' })
  const token = await makeServiceToken(service, 'keys:verify,keys:manage,catalog:write')
  await callService(service, token, 'PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Workers',
    subscription: 'active',
  })
  const { body } = await callService(service, token, 'POST', '/api/keys', {
    label: 'A server',
    ...input,
  })
  const { id, key } = body as { id: string; key: string }
  const call = (method: string, path: string, content?: object) =>
    callService(service, token, method, path, content)
  // A connection stays with its thread, and each of many asked at once has one of its own.
  const verifyOnAll = (times = 1) =>
    Promise.all(
      Array.from({ length: CONNECTIONS * times }, async () => {
        const answer = await call('POST', '/api/auth/verify', { key })
        return answer.body as Verdict
      }),
    )
  return { service, id, call, verifyOnAll }
}

const codesOf = (verdicts: Verdict[]) => [...new Set(verdicts.map(({ code }) => code))]

async function metricsOf(service: Service): Promise<string> {
  const headers = { Authorization: 'Bearer a-token-for-metrics' }
  return (await fetch(`${service.url}/metrics`, { headers })).text()
}

test('every thread serves, and each knows at once what another has ended', async () => {
  const { service, id, call, verifyOnAll } = await runWithKey({ rateLimitPerMinute: 1_000_000 })
  expect(codesOf(await verifyOnAll())).toEqual(['VALID'])
  await call('PATCH', `/api/keys/${id}`, { enabled: false })
  expect(codesOf(await verifyOnAll())).toEqual(['DISABLED'])
  await call('PATCH', `/api/keys/${id}`, { enabled: true })
  expect(codesOf(await verifyOnAll())).toEqual(['VALID'])
  await call('DELETE', `/api/keys/${id}`)
  expect(codesOf(await verifyOnAll())).toEqual(['REVOKED'])
  expect(service.printed().match(/Server listening/g)).toHaveLength(3)
})

test('a budget is one budget, whichever threads are asked', async () => {
  const limit = 100
  const { verifyOnAll } = await runWithKey({ rateLimitPerMinute: limit })
  const startedAt = minute()
  const verdicts = await verifyOnAll(10)
  const accepted = verdicts.filter(({ valid }) => valid).length
  // A minute may have begun between; each has a budget of its own.
  if (minute() === startedAt) expect(accepted).toBe(limit)
  else expect(accepted).toBeLessThanOrEqual(2 * limit)
  expect(codesOf(verdicts).toSorted()).toEqual(['RATE_LIMITED', 'VALID'])
})

test('a reader sees the uses of all threads, and metrics count them together', async () => {
  const { service, id, call, verifyOnAll } = await runWithKey({ rateLimitPerMinute: 1_000_000 })
  await verifyOnAll(4)
  const { body } = await call('GET', `/api/keys/${id}/usage`)
  const { data } = body as { data: { counts: Record<string, number> }[] }
  const counted = data.reduce((sum, { counts }) => sum + (counts['VALID'] ?? 0), 0)
  expect(counted).toBe(4 * CONNECTIONS)
  const metrics = await metricsOf(service)
  expect(metrics).toContain(`nas_verifications_total{code="VALID"} ${4 * CONNECTIONS}`)
  expect(metrics).toContain(`nas_verify_duration_seconds_count ${4 * CONNECTIONS}`)
})

test('a clean stop loses no use of any thread', async () => {
  const { service, id, call, verifyOnAll } = await runWithKey({ rateLimitPerMinute: 1_000_000 })
  await verifyOnAll(4)
  await service.restart()
  const { body } = await call('GET', `/api/keys/${id}/usage`)
  const { data } = body as { data: { counts: Record<string, number> }[] }
  expect(data.reduce((sum, { counts }) => sum + (counts['VALID'] ?? 0), 0)).toBe(4 * CONNECTIONS)
})

test('a port that others share is in use all the same', async () => {
  const { env } = await runService({ WORKERS: '2' })
  expect(await refusedStart({ PORT: env['PORT']!, WORKERS: '2' })).toContain('PORT')
})

function minute(): number {
  return Math.floor(Date.now() / 60_000)
}
