import { describe, expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  testApi,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'

/** The client's address, as a service behind these proxies logs it. */
async function addressesSeen(trustProxy: string, sent: string[]): Promise<(string | null)[]> {
  const { request, logs } = await testApi({ env: { TRUST_PROXY: trustProxy } })
  for (const forwardedFor of sent) await request.get('/').set('X-Forwarded-For', forwardedFor)
  const lines = logs.map((line) => JSON.parse(line) as { msg: string; ip: string | null })
  return lines.filter(({ msg }) => msg === 'request').map(({ ip }) => ip)
}

test.each<[setting: string, addresses: Record<string, string>]>([
  ['false', { '203.0.113.7': '127.0.0.1' }],
  [
    '1',
    {
      '198.51.100.1, 203.0.113.7': '203.0.113.7',
      '::ffff:203.0.113.7': '203.0.113.7',
      '203.0.113.7:443': '203.0.113.7',
      '[2001:DB8::1]:443': '2001:db8::1',
      'fe80::1%eth0': 'fe80::1',
      'unknown, 203.0.113.7': '203.0.113.7',
    },
  ],
  [
    '2',
    {
      '203.0.113.7': '203.0.113.7',
      '198.51.100.1, 203.0.113.7': '198.51.100.1',
      '203.0.113.7:443,10.0.0.1:8080': '203.0.113.7',
    },
  ],
  ['10.0.0.0/8', { '203.0.113.7': '127.0.0.1' }],
  [
    '127.0.0.0/8, 10.0.0.0/8, fd00::/8',
    {
      '198.51.100.1, 203.0.113.7': '203.0.113.7',
      '198.51.100.1, 203.0.113.7:443, 10.0.0.1:8080': '203.0.113.7',
      '203.0.113.7:443, [fd00::1]:8080': '203.0.113.7',
      '10.0.0.2:80, 10.0.0.1': '10.0.0.2',
    },
  ],
])('with TRUST_PROXY=%s, X-Forwarded-For means %o', async (setting, addresses) => {
  const seen = await addressesSeen(setting, Object.keys(addresses))
  expect(seen).toEqual(Object.values(addresses))
})

describe('an address that a trusted proxy sends and nobody can read', () => {
  test.each([
    ['1', ['unknown', '203.0.113.7, unknown', '203.0.113.7,', '203.0.113.7 198.51.100.1', '']],
    ['2', ['unknown, 10.0.0.1', '203.0.113.7, , 10.0.0.1']],
    ['127.0.0.1, 10.0.0.0/8', ['203.0.113.7, unknown, 10.0.0.1']],
  ])('counts as not told (TRUST_PROXY=%s, %j)', async (setting, sent) => {
    expect(await addressesSeen(setting, sent)).toEqual(sent.map(() => null))
  })

  test('is worth a line in the log, but not one for each request', async () => {
    const api = await testApi({ env: { TRUST_PROXY: '1' } })
    const linesAfter = async (sent: string) => {
      await api.request.get('/').set('X-Forwarded-For', sent)
      return api.logs.filter((line) => line.includes('cannot be read'))
    }
    expect(await linesAfter('203.0.113.7:443')).toEqual([])
    expect(await linesAfter('unknown')).toHaveLength(1)
    expect(await linesAfter('unknown')).toHaveLength(1)
  })
})

onEachDatabase((open) => {
  const BEHIND_PROXY = { env: { TRUST_PROXY: '1' } }

  test('a key may be used from an allowed address that is sent with its port', async () => {
    const api = await open(BEHIND_PROXY)
    const allowedIps = ['203.0.113.7', '2001:db8::/32']
    const { key } = await api.issueKey(await api.owner(), { allowedIps })
    const statusFrom = async (sent: string) =>
      (
        await api.request
          .get('/api/whoami')
          .set({ Authorization: `Bearer ${key}`, 'X-Forwarded-For': sent })
      ).status
    expect(await statusFrom('203.0.113.7:443')).toBe(200)
    expect(await statusFrom('[2001:db8::1]:443')).toBe(200)
    expect(await statusFrom('203.0.113.8:443')).toBe(403)
    expect(await statusFrom('unknown')).toBe(403)
  })

  async function signInFrom(api: TestApi, sent: string, email: string, password: string) {
    const { status } = await api.request
      .post('/api/session/sign-in/email')
      .set('X-Forwarded-For', sent)
      .send({ email, password })
    return status
  }

  async function failuresFrom(api: TestApi, addressOf: (n: number) => string) {
    for (let n = 0; n < 10; n++)
      expect(await signInFrom(api, addressOf(n), `guess-${n}@example.com`, 'wrong one')).toBe(401)
  }

  test('ten wrong passwords keep out the address they come from, whatever its port', async () => {
    const api = await open(BEHIND_PROXY)
    const { email } = await api.owner()
    const statusFrom = (sent: string) => signInFrom(api, sent, email, PASSWORD)
    await failuresFrom(api, (n) => `203.0.113.9:${1000 + n}`)
    expect(await statusFrom('203.0.113.9:2000')).toBe(429)
    expect(await statusFrom('203.0.113.7:2000')).toBe(200)
  })

  test('ten wrong passwords from addresses that nobody can read keep out nobody', async () => {
    const api = await open(BEHIND_PROXY)
    const { email } = await api.owner()
    await failuresFrom(api, () => 'unknown')
    expect(await signInFrom(api, 'unknown', email, PASSWORD)).toBe(200)
  })
})
