import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

const LENGTH = 15_000
const TRIES = 5
const ROUNDS = 6
// Other text takes about as long. A search that begins again at each prefix takes 100 times as long.
const MOST_TIMES_AS_LONG = 8

/** As long as other text of its kind, and nothing but beginnings of what is redacted. */
const beginnings = ['eyJ', 'eyJa', 'eyJa.', 'eyJa.b', 'nas_', 'nas', 'nassvc_', 'eyJ-_', '%65yJ']

const ask = (path: string, headers = '', method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`

const created = JSON.stringify({ label: 'Server' })
const creation = (headers: string) =>
  ask(
    '/api/keys',
    `${headers}Content-Type: application/json\r\nContent-Length: ${created.length}\r\n`,
    'POST',
  ) + created

const toPlaces: Record<string, (long: string, cookie: string) => string> = {
  'a path': (long) => ask(`/${long}`),
  'the path of a POST': (long) => ask(`/${long}`, 'Content-Length: 0\r\n', 'POST'),
  'a malformed URL': (long) => ask(`/%zz${long}`),
  "a client's path at check": (long) => ask(`/api/auth/check/${long}`),
  'the name of an asset': (long) => ask(`/assets/${long}`),
  'a query': (long) => ask(`/?${long}`),
  'a request id': (long) => ask('/', `X-Request-Id: ${long}\r\n`),
  'the User-Agent of what is audited': (long, cookie) =>
    creation(`Cookie: ${cookie}\r\nUser-Agent: ${long}\r\n`),
}

async function fastestMs({ address }: TestApi, request: string): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < TRIES; at++) {
    const startedMs = performance.now()
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write(request)
    expect(await text(socket)).toMatch(/^HTTP\/1.1 [24]/)
    times.push(performance.now() - startedMs)
  }
  return Math.min(...times)
}

describe.each(Object.entries(toPlaces))('in %s', (_, place) => {
  test('what begins like a secret costs no more than other text', async () => {
    const api = await testApi({ env: { LOG_LEVEL: 'debug' } })
    const { cookie } = await api.owner()
    const plain = place('abc'.repeat(LENGTH / 3), cookie)
    for (const beginning of beginnings) {
      const long = place(beginning.repeat(LENGTH / beginning.length), cookie)
      const ratios: number[] = []
      // A busy machine makes some requests slow, but not all of them.
      do ratios.push((await fastestMs(api, long)) / (await fastestMs(api, plain)))
      while (Math.min(...ratios) >= MOST_TIMES_AS_LONG && ratios.length < ROUNDS)
      expect({ beginning, times: Math.min(...ratios) }).toSatisfy(
        ({ times }: { times: number }) => times < MOST_TIMES_AS_LONG,
      )
    }
  })
})

test('the log keeps no more of a path than one of ours could have', async () => {
  const api = await testApi()
  await api.request.get(`/${'long'.repeat(3000)}`).expect(404)
  expect(api.logs.at(-1)!.length).toBeLessThan(1500)
})

test.each([
  ['whole', (token: string) => token],
  ['behind what begins like another', (token: string) => `eyJ${'eyJ'.repeat(50)}/${token}`],
  ['within a longer word', (token: string) => `xx-${token}`],
  ['percent-encoded five times', (token: string) => encodedTimes(token, 5)],
  ['at the end of a long path', (token: string) => `${'x/'.repeat(450)}${token}`],
])('a widget token in a path is redacted: %s', async (_, hide) => {
  const api = await testApi()
  const [head, payload, signature] = ['eyJhbGciOiJFZERTQSJ9', 'eyJqdGkiOiJ4In0', 'c2lnbmF0dXJl']
  await api.request.get(`/${hide(`${head}.${payload}.${signature}`)}`)
  const logged = api.logs.join('')
  expect(logged).toContain('[redacted]')
  for (const part of [head, payload, signature]) expect(logged).not.toContain(part)
})

function encodedTimes(token: string, times: number): string {
  let encoded = token.replaceAll(/./g, (it) => `%${it.charCodeAt(0).toString(16)}`)
  for (let at = 1; at < times; at++) encoded = encodeURIComponent(encoded)
  return encoded
}
