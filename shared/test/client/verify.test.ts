import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { VerifyConfigurationError } from '../../client/service/configuration-error.ts'
import { createVerifyClient } from '../../client/verify-client.ts'
import { clientOf, serviceWithClient, standIn } from './kit.ts'

const KEY = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'
const TOKEN = 'nassvc_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'

describe('a verdict', () => {
  test('is what the service says', async () => {
    const { api, owner, client } = await serviceWithClient()
    const { id, key } = await api.issueKey(owner, {
      label: 'Web',
      scopes: ['a'],
      allowedIps: ['203.0.113.0/24'],
      rateLimitPerMinute: 5,
    })
    const ip = '203.0.113.7'
    expect(await client.verify(key, { scopes: ['a'], ip, cost: 2 })).toEqual({
      valid: true,
      code: 'VALID',
      keyId: id,
      organizationId: owner.organizationId,
      label: 'Web',
      environment: 'production',
      scopes: ['a'],
      expiresAt: null,
      rateLimit: { limit: 5, remaining: 3, resetAt: expect.any(String) },
      source: 'service',
    })
    const code = async (question?: object) => (await client.verify(key, question)).code
    expect(await code()).toBe('IP_NOT_ALLOWED')
    expect(await code({ ip, scopes: ['a', 'b'] })).toBe('INSUFFICIENT_SCOPE')
    expect(await client.verify(key, { ip, cost: 4 })).toMatchObject({
      valid: false,
      code: 'RATE_LIMITED',
      rateLimit: { limit: 5, remaining: 3 },
    })
    expect(client.incidents).toEqual([])
  })

  test('is asked for each time: a revoked key is refused by the very next question', async () => {
    const { api, owner, client } = await serviceWithClient()
    const { id, key } = await api.issueKey(owner)
    expect(await client.verify(key)).toMatchObject({ valid: true })
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expect(await client.verify(key)).toEqual({ valid: false, code: 'REVOKED', source: 'service' })
  })

  test('is had for any string', async () => {
    const { client } = await serviceWithClient({ onUnavailable: 'allow' })
    const strings = [
      '',
      'x'.repeat(513),
      'x'.repeat(70_000),
      '\u0000\n\u001b',
      '"}',
      '\ud800',
      'ключ',
    ]
    for (const key of strings)
      expect(await client.verify(key)).toEqual({
        valid: false,
        code: 'NOT_FOUND',
        source: 'service',
      })
  })
})

describe('what gives no verdict is asked once, and denied or allowed as it was chosen', () => {
  const error = (code: string) => JSON.stringify({ error: 'A sentence', code, requestId: '1' })
  const html = '<html>'

  test.each([
    ['an outage that the service reports', 503, error('UNAVAILABLE'), 'HTTP_503'],
    ['a failure of the service', 500, error('INTERNAL'), 'HTTP_500'],
    ['a failure of a proxy', 502, html, 'HTTP_502'],
    ['a limit of a proxy', 429, html, 'HTTP_429'],
    ['a limit of the service', 429, error('RATE_LIMITED'), 'HTTP_429'],
    ['a proxy that knows no such service', 404, html, 'HTTP_404'],
    ['a redirect', 307, '', 'HTTP_307'],
    ['an empty answer', 204, '', 'HTTP_204'],
    ['a page', 200, html, 'BAD_ANSWER'],
    ['half an answer', 200, '{"valid":true', 'BAD_ANSWER'],
    ['JSON of another kind', 200, '{"ok":true}', 'BAD_ANSWER'],
    ['a yes that says not for whom', 200, '{"valid":true,"code":"VALID"}', 'BAD_ANSWER'],
    ['an answer to nothing', 200, 'null', 'BAD_ANSWER'],
  ])('%s', async (_title, status, body, reason) => {
    let questions = 0
    const url = await standIn((req, res) => {
      questions++
      res.writeHead(status, { Location: '/elsewhere' }).end(body)
    })
    for (const onUnavailable of ['deny', 'allow'] as const) {
      const client = clientOf({ url, serviceToken: TOKEN, onUnavailable })
      const verdict = {
        valid: onUnavailable === 'allow',
        code: 'UNAVAILABLE',
        reason,
        source: 'service',
      }
      expect(await client.verify(KEY)).toEqual(verdict)
      expect(client.incidents).toEqual([{ type: 'unavailable', reason, decision: onUnavailable }])
    }
    expect(questions).toBe(2)
  })

  test('an answer that breaks off', async () => {
    let questions = 0
    const url = await standIn((req, res) => {
      questions++
      res.writeHead(200, { 'Content-Length': 100 })
      res.write('{', () => req.socket.resetAndDestroy())
    })
    const client = clientOf({ url, serviceToken: TOKEN, onUnavailable: 'deny' })
    expect(await client.verify(KEY)).toMatchObject({ valid: false, reason: 'BAD_ANSWER' })
    expect(questions).toBe(1)
  })

  test.each([
    ['no answer in time', false],
    ['an answer that never ends', true],
  ])('%s', async (_title, begins) => {
    let questions = 0
    const arrived = Promise.withResolvers<void>()
    const url = await standIn((req, res) => {
      questions++
      if (begins) res.writeHead(200).write('{')
      arrived.resolve()
    })
    // The time is over when the question has arrived, however busy the machine is.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const client = clientOf({ url, serviceToken: TOKEN, onUnavailable: 'deny', timeoutMs: 50 })
    const asked = client.verify(KEY)
    await arrived.promise
    await vi.advanceTimersByTimeAsync(50)
    expect(await asked).toMatchObject({ valid: false, reason: 'TIMEOUT' })
    expect(questions).toBe(1)
  })

  test('but a no in words that are new stays a no', async () => {
    const url = await standIn((req, res) => res.end('{"valid":false,"code":"SUSPENDED"}'))
    const client = clientOf({ url, serviceToken: TOKEN, onUnavailable: 'allow' })
    const verdict = { valid: false, code: 'UNAVAILABLE', reason: 'BAD_ANSWER', source: 'service' }
    expect(await client.verify(KEY)).toEqual(verdict)
  })
})

describe('a set-up that is wrong throws, whatever outages do', () => {
  test('a service token that is unknown, expired, or not for verifying', async () => {
    const { api } = await serviceWithClient()
    const past = new Date(Date.parse(api.clock.now()) - 1000).toISOString()
    for (const [serviceToken, message] of [
      [TOKEN, /401/],
      [await api.serviceToken({ expiresAt: past }), /401/],
      [await api.serviceToken({ scopes: ['keys:manage'] }), /keys:verify/],
    ] as const) {
      const client = clientOf({ url: api.address, serviceToken, onUnavailable: 'allow' })
      const verdict = client.verify(KEY)
      await expect(verdict).rejects.toThrow(VerifyConfigurationError)
      await expect(verdict).rejects.toThrow(message)
      expect(client.incidents).toMatchObject([{ type: 'misconfigured' }])
    }
  })

  test.each([401, 403])('a %i of whoever answers', async (status) => {
    const url = await standIn((req, res) => res.writeHead(status).end('<html>'))
    const client = clientOf({ url, serviceToken: TOKEN, onUnavailable: 'allow' })
    await expect(client.verify(KEY)).rejects.toThrow(VerifyConfigurationError)
  })

  test('an address of the service under which it has no such call', async () => {
    const { api, serviceToken } = await serviceWithClient()
    const url = `${api.address}/api/wrong/`
    const client = clientOf({ url, serviceToken, onUnavailable: 'allow' })
    await expect(client.verify(KEY)).rejects.toThrow('404 NOT_FOUND')
  })

  test.each([
    ['scopes.1', { scopes: ['a', 'NO'] }],
    ['ip', { ip: 'localhost' }],
    ['cost', { cost: 1001 }],
  ])('a question that is wrong in %s', async (path, question) => {
    const client = clientOf({
      url: 'http://127.0.0.1:1',
      serviceToken: TOKEN,
      onUnavailable: 'allow',
    })
    const verdict = client.verify(KEY, question)
    await expect(verdict).rejects.toThrow(VerifyConfigurationError)
    await expect(verdict).rejects.toThrow(path)
  })

  test.each([
    ['url', { url: '/api' }],
    ['url', { url: 'file:///etc' }],
    ['url', { url: 'https://me:secret@keys.example.com' }],
    ['serviceToken', { serviceToken: '' }],
    ['serviceToken', { serviceToken: `${TOKEN}\n` }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['onUnavailable', { onUnavailable: 'maybe' as 'deny' }],
    ['onUnavailable', { onUnavailable: undefined as unknown as 'deny' }],
  ])('a %s that cannot work, at once: %j', (name, option) => {
    const good = { url: 'http://localhost', serviceToken: TOKEN, onUnavailable: 'deny' } as const
    expect(() => createVerifyClient({ ...good, ...option })).toThrow(name)
  })
})

test('no error and no incident repeats the key or the token', async () => {
  const told: string[] = []
  const statuses = [200, 400, 401, 404, 500]
  const url = await standIn((req, res) => {
    // A service, or a proxy, that echoes what it was sent.
    const body = JSON.stringify({ error: KEY + TOKEN, code: KEY, requestId: TOKEN })
    res.writeHead(statuses.shift() ?? 500).end(body)
  })
  const ask = async (where: string, serviceToken: string, key: string) => {
    try {
      const client = clientOf({ url: where, serviceToken, onUnavailable: 'deny' })
      const { incidents } = client
      await client.verify(key).finally(() => told.push(JSON.stringify(incidents)))
    } catch (failure) {
      for (let error = failure; error instanceof Error; error = error.cause)
        told.push(`${error} ${error.stack} ${JSON.stringify(error)}`)
    }
  }
  for (let left = statuses.length; left > 0; left--) await ask(url, TOKEN, KEY)
  await ask('http://127.0.0.1:1', TOKEN, KEY)
  await ask(url, `${TOKEN}\r\n`, KEY)
  await ask(url.replace('//', `//user:${TOKEN}@`), TOKEN, KEY)
  expect(told.length).toBeGreaterThanOrEqual(8)
  expect(told.join('\n')).not.toMatch(/nas_7f3a|nassvc_7f3a/)
})

test('nothing is needed beside it: other packages are imported for their types alone', () => {
  const folder = join(import.meta.dirname, '../../client')
  const sources = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter(
    (name) => name.endsWith('.ts') && !name.includes('node_modules'),
  )
  const imports = sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/^(import[^;]*?) from '([^']+)'/gms)].map(
      ([, what, where]) => ({ what, where }),
    ),
  )
  expect(imports.length).toBeGreaterThan(10)
  for (const { what, where } of imports)
    // All runtimes that the package is for have Node's own modules.
    if (!/^(?:\.|node:)/.test(where!)) expect(what).toMatch(/^import type /)
})
