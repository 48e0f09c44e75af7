import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { errorOf, send, type Answer } from '../../../test/gateway-client.ts'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'
import { accessRules, type Access } from '../access-rules.ts'

function expectUnsupported(answer: Answer): void {
  expect([answer.status, errorOf(answer)]).toEqual([
    415,
    {
      error: 'The body must not be compressed',
      code: 'UNSUPPORTED_MEDIA_TYPE',
      requestId: answer.headers['x-request-id'],
    },
  ])
  expect(answer.headers['accept-encoding']).toBe('identity')
}

/** Asks any route as somebody who may. */
async function prepare() {
  const api = await testApi()
  const owner = await api.owner()
  const service = await api.serviceToken()
  const { key } = await api.issueKey(owner)
  const credentialFor = (access: Access): Record<string, string> => {
    const { by } = accessRules[access]
    if (by === 'key') return { Authorization: `Bearer ${key}` }
    return by === 'service' ? { Authorization: `Bearer ${service}` } : { Cookie: owner.cookie }
  }
  const ask = (
    { method, path, access }: { method: string; path: string; access: Access },
    coding: string,
    body: string | Buffer,
  ) => {
    const headers = { Host: 'localhost', 'Content-Type': 'application/json' }
    const credential = credentialFor(access)
    return send(api.address, path, {
      method,
      body,
      headers: { ...headers, ...credential, 'Content-Encoding': coding },
    })
  }
  return { api, key, ask }
}

const verify = { method: 'POST', path: '/api/auth/verify', access: 'keys:verify' } as const

test('a compressed body is a 415 on every route that takes one', async () => {
  const { api, ask } = await prepare()
  const bodied = api.app.routes.filter(
    ({ method, url, config }) =>
      /POST|PUT|PATCH|DELETE/.test(String(method)) &&
      config!.access !== 'keys:check' &&
      url !== '*',
  )
  expect(bodied.length).toBeGreaterThan(15)
  for (const { method, url, config } of bodied) {
    const path = url.replace('*', 'sign-in/email').replace(/:\w+/, 'x')
    const one = [method].flat().at(-1)!
    const answer = await ask({ method: one, path, access: config!.access! }, 'gzip', gzipSync('{}'))
    expect([one, path, answer.status]).toEqual([one, path, 415])
    expectUnsupported(answer)
  }
})

test.each([
  'gzip',
  'GZIP',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
  'unknown',
  'identity, gzip',
  'gzip,',
])('the coding %s is a 415, whatever the body is in truth', async (coding) => {
  const { key, ask } = await prepare()
  const question = JSON.stringify({ key })
  for (const body of [question, gzipSync(question), Buffer.alloc(100_000, 'x')])
    expectUnsupported(await ask(verify, coding, body))
})

test('a body in its own coding is read', async () => {
  const { key, ask } = await prepare()
  for (const coding of ['identity', 'Identity', '']) {
    const answer = await ask(verify, coding, JSON.stringify({ key }))
    expect([coding, answer.status]).toEqual([coding, 200])
    expect(answer.text).toContain('"VALID"')
  }
})

test('where there is no body, its coding does not matter', async () => {
  const { api } = await prepare()
  const { cookie } = await api.owner()
  const headers = { Host: 'localhost', Cookie: cookie, 'Content-Encoding': 'gzip' }
  expect((await send(api.address, '/api/keys', { headers })).status).toBe(200)
  const signOut = { method: 'POST', headers: { ...headers, 'Content-Length': '0' } }
  expect((await send(api.address, '/api/session/sign-out', signOut)).status).toBe(200)
})

test('a gateway may pass on the coding of a body that it keeps', async () => {
  const { api, key } = await prepare()
  const token = await api.serviceToken()
  const headers = { 'X-Service-Token': token, 'X-API-Key': key, 'Content-Encoding': 'gzip' }
  const sent = { method: 'POST', headers, body: gzipSync('x') }
  expect((await send(api.address, '/api/auth/check', sent)).status).toBe(200)
})
