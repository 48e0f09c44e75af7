import { describe, expect, test } from 'vitest'
import { checksum } from '@zentrix/shared/keys/key-format.ts'
import { onEachDatabase, testApi, type TestApi } from '../../../scripts/testkit/api/kit.ts'
import { AGENT, mintedToken, prepare } from '../../../scripts/testkit/api/widget.ts'

const LIMIT = 300
const BEHIND_PROXY = { env: { TRUST_PROXY: '1' } }
const UNKNOWN = `nas_${'0'.repeat(26)}${checksum(`nas_${'0'.repeat(26)}`)}`

type Headers = Record<string, string>

/** Every endpoint that a customer's server calls with its key. */
const publicEndpoints: Record<string, (api: TestApi, headers: Headers) => Promise<Response>> = {
  'GET /api/whoami': (api, headers) => fetch(`${api.address}/api/whoami`, { headers }),
  'POST /api/widget/token': (api, headers) =>
    fetch(`${api.address}/api/widget/token`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ agentId: AGENT }),
    }),
}

const bearer = (secret: string): Headers => ({ Authorization: `Bearer ${secret}` })
const from = (ip: string): Headers => ({ 'X-Forwarded-For': ip })

async function whoami(api: TestApi, headers: Headers = {}): Promise<number> {
  const response = await publicEndpoints['GET /api/whoami']!(api, headers)
  await response.arrayBuffer()
  return response.status
}

/** Brings bad keys until the address may bring no more. */
async function useUp(api: TestApi, headers: Headers = {}): Promise<void> {
  const asked = Array.from({ length: LIMIT }, () => whoami(api, { ...bearer(UNKNOWN), ...headers }))
  expect(new Set(await Promise.all(asked))).toEqual(new Set([401]))
}

/**
 * All that a client can see of an answer, but for what names the request or the moment, and for
 * the header that gateways take away.
 */
async function visible(response: Response) {
  const { requestId: _, ...body } = (await response.json()) as Record<string, unknown>
  const headers = [...response.headers].filter(
    ([name]) => !/^(date|x-request-id|x-auth-code)$/.test(name),
  )
  return { status: response.status, headers: headers.toSorted(), body }
}

test('300 bad keys a minute are refused with 401, over all public endpoints, then with 429', async () => {
  const api = await testApi()
  const { issued } = await prepare(api)
  for (let asked = 0; asked < LIMIT; asked++) {
    const [ask, other] = Object.values(publicEndpoints)
    const response = await (asked % 2 === 0 ? ask! : other!)(api, bearer(UNKNOWN))
    expect(response.status).toBe(401)
    await response.arrayBuffer()
  }
  for (const ask of Object.values(publicEndpoints)) {
    for (const headers of [bearer(UNKNOWN), bearer('x'), {}]) {
      const refused = await ask(api, headers)
      expect(refused.status).toBe(429)
      const { headers: told } = refused
      expect(Number(told.get('Retry-After'))).toBeGreaterThan(0)
      expect(told.get('RateLimit-Policy')).toBe('"default";q=300;w=60')
      expect(told.get('RateLimit')).toBe(`"default";r=0;t=${told.get('Retry-After')}`)
      expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' })
    }
    expect((await ask(api, bearer(issued.key))).status).toBe(200)
  }
  api.clock.advance(60)
  expect(await whoami(api, bearer(UNKNOWN))).toBe(401)
})

test('a key that is refused for its address or scope counts as any refused one', async () => {
  const api = await testApi()
  const { owner, issued } = await prepare(api)
  const elsewhere = await api.issueKey(owner, { allowedIps: ['203.0.113.7'] })
  const unscoped = await api.issueKey(owner, { scopes: ['other'] })
  const mint = publicEndpoints['POST /api/widget/token']!
  const refusals = [
    [bearer(elsewhere.key), 'IP_NOT_ALLOWED'],
    [bearer(unscoped.key), 'INSUFFICIENT_SCOPE'],
  ] as const
  for (let asked = 0; asked < LIMIT; asked++) {
    const [headers, code] = refusals[asked % 2]!
    const refused = await mint(api, headers)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code })
  }
  for (const headers of [...refusals.map(([it]) => it), bearer(UNKNOWN)]) {
    const refused = await mint(api, headers)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
  }
  expect((await mint(api, bearer(issued.key))).status).toBe(200)
})

test('a key out of budget gets RATE_LIMITED, and does not count', async () => {
  const api = await testApi()
  const { owner } = await prepare(api)
  const { key } = await api.issueKey(owner, { rateLimitPerMinute: 1 })
  expect(await whoami(api, bearer(key))).toBe(200)
  for (let asked = 0; asked < LIMIT; asked++) expect(await whoami(api, bearer(key))).toBe(429)
  await useUp(api)
  const refused = await publicEndpoints['GET /api/whoami']!(api, bearer(key))
  expect(refused.headers.get('RateLimit-Policy')).toBe('"default";q=1;w=60')
})

describe('bad keys are counted', () => {
  test('for an IPv6 /64 together, and for the next one apart', async () => {
    const api = await testApi(BEHIND_PROXY)
    await useUp(api, from('2001:db8:1:2::1'))
    for (const same of ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:DB8:1:2::', '2001:db8:1:2::7%1'])
      expect([same, await whoami(api, from(same))]).toEqual([same, 429])
    for (const other of ['2001:db8:1:3::1', '2001:db8:1:1:ffff::', '2001:db8::1:2:0:0:1'])
      expect([other, await whoami(api, from(other))]).toEqual([other, 401])
  })

  test('for an IPv4 address alone, however it is written', async () => {
    const api = await testApi(BEHIND_PROXY)
    await useUp(api, from('::ffff:192.0.2.1'))
    for (const same of ['192.0.2.1', '::ffff:c000:201', '198.51.100.7, 192.0.2.1'])
      expect([same, await whoami(api, from(same))]).toEqual([same, 429])
    for (const other of ['192.0.2.2', '::ffff:192.0.2.2', '192.0.2.1, 198.51.100.7'])
      expect([other, await whoami(api, from(other))]).toEqual([other, 401])
  })

  test('for the peer, where no proxy is trusted or none has sent an address', async () => {
    const alone = await testApi()
    await useUp(alone, from('192.0.2.1'))
    expect(await whoami(alone, from('192.0.2.2'))).toBe(429)
    const behindProxy = await testApi(BEHIND_PROXY)
    await useUp(behindProxy)
    expect(await whoami(behindProxy)).toBe(429)
    for (const told of ['192.0.2.1', '192.0.2.1:8080', 'nonsense'])
      expect([told, await whoami(behindProxy, from(told))]).toEqual([told, 401])
  })

  test('together, where the address that a trusted proxy sends cannot be read', async () => {
    const api = await testApi(BEHIND_PROXY)
    await useUp(api, from('nonsense'))
    for (const nonsense of ['nonsense', '192.0.2.300', 'unknown'])
      expect([nonsense, await whoami(api, from(nonsense))]).toEqual([nonsense, 429])
    expect(await whoami(api, from('192.0.2.1:8080'))).toBe(401)
  })
})

test('reports of leaked keys are counted for an IPv6 /64 together', async () => {
  const api = await testApi(BEHIND_PROXY)
  const report = async (ip: string) => {
    const response = await fetch(`${api.address}/api/keys/revoke-leaked`, {
      method: 'POST',
      headers: { ...from(ip), 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: 'x' }),
    })
    return response.status
  }
  const addresses = Array.from({ length: 60 }, (_, n) => `2001:db8:1:2::${n}`)
  expect(new Set(await Promise.all(addresses.map(report)))).toEqual(new Set([202]))
  expect(await report('2001:db8:1:2:3::')).toBe(429)
  expect(await report('2001:db8:1:3::')).toBe(202)
})

onEachDatabase((open) => {
  test('an unknown, revoked, expired or disabled key gets the same answer to the letter', async () => {
    const api = await open()
    const { owner, issued, mint } = await prepare(api)
    const accessToken = await mintedToken(() => mint())
    const revoked = await api.issueKey(owner)
    const disabled = await api.issueKey(owner)
    const expiresAt = new Date(api.clock.nowMs() + 1000).toISOString()
    const expired = await api.issueKey(owner, { expiresAt, scopes: ['other'] })
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    api.clock.advance(1)
    const refused = {
      unknown: UNKNOWN,
      revoked: revoked.key,
      expired: expired.key,
      disabled: disabled.key,
      'with a typo': issued.key.slice(0, -1) + (issued.key.endsWith('0') ? '1' : '0'),
      'of another kind': await api.serviceToken(),
      'a widget token': accessToken,
      'no key at all': 'x',
    }
    const gateway = { 'X-Service-Token': await api.serviceToken({ scopes: ['keys:verify'] }) }
    const check = (_: TestApi, headers: Headers) =>
      fetch(`${api.address}/api/auth/check`, { headers: { ...headers, ...gateway } })
    for (const [name, ask] of Object.entries({ ...publicEndpoints, check })) {
      const expected = await visible(await ask(api, bearer(UNKNOWN)))
      expect(expected).toMatchObject({
        status: 401,
        body: { error: 'Invalid API key', code: 'UNAUTHORIZED' },
      })
      for (const [kind, secret] of Object.entries(refused))
        expect([name, kind, await visible(await ask(api, bearer(secret)))]).toEqual([
          name,
          kind,
          expected,
        ])
    }
  })
})
