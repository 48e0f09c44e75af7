import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { expectError, testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

type Asked = { method?: string; headers?: Record<string, string>; body?: string }

/** Asks with this text where a path usually is. */
async function ask(api: TestApi, target: string, { method = 'GET', headers, body }: Asked) {
  const { hostname, port } = new URL(api.address)
  const asking = request({ hostname, port, path: target, method, headers })
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  const read = (await json(answer)) as Record<string, unknown>
  return {
    status: answer.statusCode!,
    headers: answer.headers as Record<string, string>,
    body: read,
  }
}

test('an authority in the URL that is not the Host is a 400, at every route', async () => {
  const api = await testApi()
  const { key } = await api.issueKey(await api.owner())
  const token = await api.serviceToken()
  const verify = {
    method: 'POST',
    headers: {
      Host: 'localhost:3000',
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ key }),
  }
  const same = ['http://localhost:3000', 'HTTP://LocalHost:3000']
  const others = [
    'http://other.example',
    'http://localhost',
    'http://localhost:3001',
    'http://user@localhost:3000',
    'ftp://localhost:3000',
    'http://',
  ]
  const good = await ask(api, `${same[0]}/api/auth/verify`, verify)
  expect(good.body).toMatchObject({ code: 'VALID' })
  for (const authority of others)
    expectError(await ask(api, `${authority}/api/auth/verify`, verify), 400, 'INVALID_INPUT')
  for (const path of ['/api/whoami', '/api/auth/check', '/healthz', '/api/nothing']) {
    const { headers } = verify
    expectError(await ask(api, `${others[0]}${path}`, { headers }), 400, 'INVALID_INPUT')
    for (const authority of same)
      expect((await ask(api, `${authority}${path}`, { headers })).status).not.toBe(400)
  }
})

test('the default port is no difference', async () => {
  const api = await testApi()
  const status = async (target: string, host: string) =>
    (await ask(api, target, { headers: { Host: host } })).status
  expect(await status('http://keys.example:80/healthz', 'keys.example')).toBe(200)
  expect(await status('http://keys.example/healthz', 'keys.example:80')).toBe(200)
  expect(await status('https://keys.example:443/healthz', 'keys.example')).toBe(200)
  expect(await status('http://keys.example:443/healthz', 'keys.example')).toBe(400)
})

test('the portal answers to the authority of a URL as to a Host', async () => {
  const api = await testApi()
  const { cookie } = await api.owner()
  const status = async (authority: string) =>
    (
      await ask(api, `http://${authority}/api/keys`, {
        headers: { Host: authority, Cookie: cookie },
      })
    ).status
  expect(await status('localhost:3000')).toBe(200)
  expect(await status('rebound.example')).toBe(403)
})
