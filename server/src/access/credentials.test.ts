import { expect, test } from 'vitest'
import { testApi } from '../../../scripts/testkit/api/kit.ts'

const CHALLENGE = 'Bearer realm="nas"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`

test("a proxy's password beside a session leaves the session in force", async () => {
  const { agent } = await (await testApi()).owner()
  await agent.get('/api/keys').set('Authorization', 'Basic eDp5').expect(200)
  await agent.get('/api/keys').set('Authorization', '').expect(200)
  await agent.get('/api/service-tokens').set('Authorization', 'Basic eDp5').expect(200)
})

test('a bearer token is judged instead of a session', async () => {
  const { agent } = await (await testApi()).owner()
  for (const authorization of ['Bearer nassvc_x', 'Bearer', 'Basic eDp5, Bearer nassvc_x']) {
    const answer = await agent.get('/api/keys').set('Authorization', authorization)
    expect([authorization, answer.status]).toEqual([authorization, 401])
    expect(answer.headers['www-authenticate']).toBe(INVALID_TOKEN)
  }
})

test.each([
  ['GET', '/api/keys'],
  ['GET', '/api/service-tokens'],
  ['GET', '/api/whoami'],
  ['POST', '/api/widget/token'],
  ['POST', '/api/auth/verify'],
  ['POST', '/api/internal/calls/consume'],
  ['GET', '/metrics'],
] as const)('%s %s says invalid_token only where a credential was sent', async (method, path) => {
  const { request } = await testApi({
    env: { METRICS_TOKEN: 'a-token-for-metrics-0123456789abcdef' },
  })
  const challengeFor = async (authorization: string | undefined) => {
    const asked = method === 'GET' ? request.get(path) : request.post(path).send({})
    if (authorization !== undefined) asked.set('Authorization', authorization)
    const { status, headers } = await asked
    return [status, headers['www-authenticate']]
  }
  expect(await challengeFor(undefined)).toEqual([401, CHALLENGE])
  expect(await challengeFor('')).toEqual([401, CHALLENGE])
  for (const authorization of ['Bearer x', 'Bearer', 'Basic eDp5', 'é'])
    expect(await challengeFor(authorization)).toEqual([401, INVALID_TOKEN])
})

test('an empty X-Service-Token counts as no credential', async () => {
  const { request } = await testApi()
  const answer = await request.get('/api/auth/check').set('X-Service-Token', '')
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, CHALLENGE])
})
