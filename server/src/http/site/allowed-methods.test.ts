import { METHODS } from 'node:http'
import { describe, expect, test } from 'vitest'
import { expectError, testApi } from '../../../../scripts/testkit/api/kit.ts'

const id = '/api/keys/key_01'
const agent = '/api/internal/agents/550e8400-e29b-41d4-a716-446655440000'

/** Paths with the methods that they take, and one that they do not. */
const paths: [path: string, allowed: string, other: string][] = [
  ['/api/keys', 'GET, HEAD, POST, OPTIONS', 'DELETE'],
  ['/api/keys?limit=1', 'GET, HEAD, POST, OPTIONS', 'PUT'],
  [id, 'GET, HEAD, PATCH, DELETE, OPTIONS', 'POST'],
  ['/api/keys/%6bey_01', 'GET, HEAD, PATCH, DELETE, OPTIONS', 'PUT'],
  // No key has such an id.
  ['/api/keys/counts', 'GET, HEAD, OPTIONS', 'POST'],
  ['/api/keys/counts', 'GET, HEAD, OPTIONS', 'DELETE'],
  ['/api/keys/find', 'POST, OPTIONS', 'GET'],
  ['/api/keys/f%69nd?a=b', 'POST, OPTIONS', 'PUT'],
  ['/api/keys/revoke-many', 'POST, OPTIONS', 'PATCH'],
  ['/api/keys/revoke-leaked', 'POST, OPTIONS', 'DELETE'],
  [`${id}/rotate`, 'POST, OPTIONS', 'GET'],
  ['/api/auth/verify', 'POST, OPTIONS', 'GET'],
  ['/api/auth/verify', 'POST, OPTIONS', 'PROPFIND'],
  [agent, 'GET, HEAD, PUT, DELETE, OPTIONS', 'PATCH'],
  ['/api/session/sign-out', 'POST, OPTIONS', 'GET'],
  ['/api/session/sign-out', 'POST, OPTIONS', 'PUT'],
  ['/api/session/get-session', 'GET, HEAD, OPTIONS', 'POST'],
  ['/api/session/options', 'GET, HEAD, OPTIONS', 'POST'],
  ['/api/widget/token', 'POST, OPTIONS', 'GET'],
  ['/.well-known/jwks.json', 'GET, HEAD, OPTIONS', 'POST'],
  ['/api/openapi.json', 'GET, HEAD, OPTIONS', 'PUT'],
  ['/docs/json', 'GET, HEAD, OPTIONS', 'POST'],
  ['/healthz', 'GET, HEAD, OPTIONS', 'POST'],
  ['/metrics', 'GET, HEAD, OPTIONS', 'DELETE'],
]

async function askIn(api: { address: string }, method: string, path: string) {
  const Accept = 'text/html'
  const answer = await fetch(`${api.address}${path}`, { method, headers: { Accept } })
  const { status, headers } = answer
  return { status, headers, body: await answer.text() }
}

const setOf = (list: string | null) => new Set(list?.split(', '))

describe('a known path', () => {
  test('refuses another method with the list of those that it takes', async () => {
    const api = await testApi()
    for (const [path, allowed, method] of paths) {
      const { status, headers, body } = await askIn(api, method, path)
      expect([method, path, status, setOf(headers.get('allow'))]).toEqual([
        method,
        path,
        405,
        setOf(allowed),
      ])
      expect(JSON.parse(body)).toMatchObject({
        code: 'METHOD_NOT_ALLOWED',
        requestId: headers.get('x-request-id'),
      })
    }
  })

  test('answers OPTIONS with that list', async () => {
    const api = await testApi()
    for (const [path, allowed] of paths) {
      const { status, headers, body } = await askIn(api, 'OPTIONS', path)
      expect([path, status, body]).toEqual([path, 204, ''])
      expect([path, setOf(headers.get('allow'))]).toEqual([path, setOf(allowed)])
    }
  })

  test('names its methods also beside an answer to a preflight', async () => {
    const Origin = 'https://app.example.com'
    const env = { PUBLIC_URL: 'https://keys.example.com', PORTAL_ORIGINS: Origin }
    const { request } = await testApi({ env })
    const ask = (origin: string) =>
      request
        .options('/api/keys')
        .set({ Origin: origin, 'Access-Control-Request-Method': 'POST' })
        .expect(204)
    const { headers } = await ask(Origin)
    expect(headers['access-control-allow-origin']).toBe(Origin)
    expect(headers['allow']).toBe('GET, HEAD, POST, OPTIONS')
    const stranger = await ask('https://evil.example')
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined()
    expect(stranger.headers['allow']).toBe('GET, HEAD, POST, OPTIONS')
  })
})

test('an unknown path is a 404 for every method', async () => {
  const { request } = await testApi()
  for (const path of ['/api/nothing', '/api/session/nothing', '/api/keys/a/b/c', '/api/keys/']) {
    expectError(await request.put(path), 404, 'NOT_FOUND')
    expectError(await request.options(path), 404, 'NOT_FOUND')
  }
})

test('gateways ask with any method', async () => {
  const api = await testApi()
  for (const method of METHODS.filter((name) => !['CONNECT', 'TRACE', 'HEAD'].includes(name)))
    for (const path of ['/api/auth/check', '/api/auth/check/some/page']) {
      const { body } = await api.app.inject({ method: method as 'GET', url: path })
      expect([method, path, JSON.parse(body)]).toMatchObject([
        method,
        path,
        { code: 'UNAUTHORIZED' },
      ])
    }
})
