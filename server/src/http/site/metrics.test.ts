import { expect, test } from 'vitest'
import { expectError, testApi, testOnPostgres } from '../../../../scripts/testkit/api/kit.ts'

test('verifications are counted by verdict, with how long they took', async () => {
  const api = await testApi()
  const { key } = await api.issueKey(await api.owner())
  await api.verify(key)
  await api.verify(key)
  await api.verify('nas_unknown')
  const { text, headers } = await api.request.get('/metrics').expect(200)
  expect(headers['content-type']).toContain('text/plain')
  expect(text).toContain('nas_verifications_total{code="VALID"} 2\n')
  expect(text).toContain('nas_verifications_total{code="NOT_FOUND"} 1\n')
  expect(text).toContain('nas_verifications_total{code="REVOKED"} 0\n')
  expect(text).toContain('nas_verify_duration_seconds_bucket{le="+Inf"} 3\n')
  expect(text).toContain('nas_verify_duration_seconds_count 3\n')
  expect(text).toMatch(/^nas_usage_flush_lag_seconds \d/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
  expect(text).not.toContain(key)
})

test('requests are counted by route, method and status, with how long they took', async () => {
  const api = await testApi()
  const { key, id } = await api.issueKey(await api.owner())
  await api.verify(key)
  await api.verify(key)
  await api.request.get(`/api/keys/${id}`).expect(401)
  await api.request.get(`/nothing/${key}`).expect(404)
  const { text } = await api.request.get('/metrics').expect(200)
  const count = (labels: string) =>
    new RegExp(`^nas_http_requests_total\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1]
  expect(count('route="/api/auth/verify",method="POST",status="200"')).toBe('2')
  expect(count('route="/api/keys/:id",method="GET",status="401"')).toBe('1')
  expect(count('route="/api/keys",method="POST",status="201"')).toBe('1')
  expect(count('route="none",method="GET",status="404"')).toBe('1')
  expect(text).toMatch(
    /^nas_http_request_duration_seconds_bucket\{le="\+Inf",route="\/api\/auth\/verify",method="POST"\} 2$/m,
  )
  expect(text).toMatch(
    /^nas_http_request_duration_seconds_count\{route="\/api\/auth\/verify",method="POST"\} 2$/m,
  )
  expect(text).not.toContain(id)
  expect(text).not.toContain(key)
})

test('with METRICS_TOKEN only its bearer may scrape', async () => {
  const token = 'a-token-for-metrics'
  const { request } = await testApi({ env: { METRICS_TOKEN: token } })
  expectError(await request.get('/metrics'), 401, 'UNAUTHORIZED')
  const wrong = await request.get('/metrics').set('Authorization', `Bearer ${token}x`)
  expectError(wrong, 401, 'UNAUTHORIZED')
  expectError(await request.get(`/metrics?token=${token}`), 401, 'UNAUTHORIZED')
  await request.get('/metrics').set('Authorization', `Bearer ${token}`).expect(200)
})

test.each([
  { Host: 'keys.example' },
  { 'X-Forwarded-For': '127.0.0.1' },
  { Forwarded: 'for=127.0.0.1' },
  { Via: '1.1 proxy' },
])('without METRICS_TOKEN only this machine may scrape, through no proxy: %j', async (headers) => {
  const { request } = await testApi()
  expectError(
    await request.get('/metrics').set(headers as Record<string, string>),
    401,
    'UNAUTHORIZED',
  )
})

testOnPostgres('the pool of PostgreSQL is shown', async () => {
  const { request } = await testApi({ dialect: 'postgres' })
  const { text } = await request.get('/metrics').expect(200)
  expect(text).toMatch(/^nas_database_connections\{state="idle"\} \d/m)
})
