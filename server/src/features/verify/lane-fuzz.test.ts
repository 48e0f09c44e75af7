// For any request, the fast lane and the framework's route have to give the same answer.
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onEachDatabase, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

/** Words in generated requests that stand for secrets of the deployment. */
type Secrets = Record<'TOKEN' | 'WEAK' | 'KEY' | 'SCOPED' | 'BOUND' | 'REVOKED', string>

async function makeSecrets(api: TestApi): Promise<Secrets> {
  const owner = await api.owner()
  const revoked = await api.issueKey(owner)
  await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
  const keyWith = async (input: object) => (await api.issueKey(owner, { ...input })).key
  return {
    TOKEN: await api.serviceToken({ scopes: ['keys:verify'] }),
    WEAK: await api.serviceToken({ scopes: ['keys:manage'] }),
    KEY: await keyWith({ label: 'Ключ "\\ 🔑' }),
    SCOPED: await keyWith({ scopes: ['a', 'b:c'] }),
    BOUND: await keyWith({ allowedIps: ['203.0.113.0/24', '2001:db8::/32'] }),
    REVOKED: revoked.key,
  }
}

const oneOf = <T>(...choices: T[]) => fc.constantFrom(...choices)
/** The usual value three times out of four, so that few parts of a request are strange at once. */
const mostly = <T>(usual: T, ...strange: T[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: oneOf(...strange) },
  )

const text = fc.oneof(
  oneOf('KEY', 'SCOPED', 'BOUND', 'REVOKED', '', 'x', '\\u0000', '\\ud800', 'é', 'x'.repeat(5000)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((it) => JSON.stringify(it).slice(1, -1)),
)
const json = fc.oneof(
  text.map((it) => `"${it}"`),
  oneOf('null', 'true', '0', '-0', '1', '1000', '1001', '1e3', '1.5', '1e999', '[]', '{}'),
  oneOf('"203.0.113.7"', '"203.0.113.7:443"', '"[2001:db8::1]:443"', '"::ffff:203.0.113.7"'),
  oneOf('["a"]', '["a","b:c"]', '["x"]', '["A"]', '[""]', '[1]', `[${'"a",'.repeat(50)}"a"]`),
)
const field = fc.tuple(
  oneOf('key', 'scopes', 'ip', 'cost', 'ke\\u0079', 'Key', '__proto__', 'constructor', 'extra'),
  json,
)
const body = fc
  .tuple(
    mostly('', '\ufeff', ' \n', '[', 'x'),
    text,
    fc.array(field, { maxLength: 3 }),
    mostly('', '\n', ',', '}', '\u0000', '\u00ff'),
  )
  .map(([before, key, fields, after]) => {
    const all = fields.map(([name, value]) => `,"${name}":${value}`).join('')
    return `${before}{"key":"${key}"${all}}${after}`
  })

const headers = fc
  .tuple(
    mostly(
      ['Authorization: Bearer TOKEN'],
      [],
      ['authorization:bearer   TOKEN  '],
      ['Authorization: Bearer TOKEN', 'Authorization: Bearer WEAK'],
      ['Authorization: Bearer TOKEN, Basic eDp5'],
      ['Authorization: Basic eDp5', 'X-API-Key: TOKEN'],
      ['Authorization: Bearer\tTOKEN'],
      ['Authorization: Bearer'],
      ['Authorization:'],
      ['Authorization: Bearer WEAK'],
      ['Authorization: Bearer KEY'],
      ['X-Service-Token: TOKEN'],
    ),
    mostly(
      ['Content-Type: application/json'],
      ['Content-Type: Application/JSON; charset="UTF-8"'],
      ['Content-Type: application/json;charset=latin1'],
      ['Content-Type: application/json', 'Content-Type: text/plain'],
      ['Content-Type: application/json,'],
      ['Content-Type: text/json'],
      [],
    ),
    mostly([], ['Content-Encoding: gzip'], ['Content-Encoding: identity'], ['Content-Encoding:']),
    mostly(['Host: localhost'], [], ['Host: evil.example'], ['Host: a', 'Host: b'], ['Host:']),
    mostly(
      [],
      ['Upgrade: websocket'],
      ['Expect: 100-continue'],
      ['Cookie: nas.session_token=x', 'Origin: https://evil.example'],
      ['X-Organization-Id: org_x', 'Idempotency-Key: x'],
      ['TE: trailers', 'Accept-Encoding: gzip', 'Accept: text/html', 'Range: bytes=0-1'],
    ),
  )
  .map((all) => all.flat())

const framings = {
  length: (size: number) => [`Content-Length: ${size}`],
  chunked: () => ['Transfer-Encoding: chunked'],
  none: () => [],
}

const question = fc.record({
  target: mostly(
    '/api/auth/verify',
    '/api/auth/verify?',
    '/api/auth/verify?x=%',
    '/api/auth/verif%79',
  ),
  headers,
  body,
  framing: mostly<keyof typeof framings>('length', 'chunked', 'none'),
})
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

/** Sends exact bytes. @returns the answer without the headers that differ between any two */
async function ask(api: TestApi, secrets: Secrets, asked: Question, more: string[]) {
  const fill = (it: string) =>
    it.replaceAll(/[A-Z]{3,}/g, (word) => secrets[word as keyof Secrets] ?? word)
  const bytes = Buffer.from(fill(asked.body))
  const framing = framings[asked.framing](bytes.length)
  const head = [`POST ${asked.target} HTTP/1.1`, ...asked.headers.map(fill), ...framing, ...more]
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1')
  socket.write(`${[...head, 'X-Request-Id: same', 'Connection: close'].join('\r\n')}\r\n\r\n`)
  if (asked.framing === 'chunked') {
    socket.write(`${bytes.length.toString(16)}\r\n`)
    socket.write(Buffer.concat([bytes, Buffer.from('\r\n0\r\n\r\n')]))
  } else if (asked.framing === 'length') socket.write(bytes)
  const answer = (await buffer(socket)).toString()
  const [start, ...lines] = answer
    .replace(/^(HTTP\/1\.1 100 Continue\r\n\r\n)/, '')
    .replaceAll(/"remaining":\d+/g, '"remaining":0')
    .split('\r\n')
  const bodyAt = lines.indexOf('')
  return {
    start,
    headers: lines
      .slice(0, bodyAt)
      .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
      .filter((line) => !line.startsWith('date:'))
      .toSorted(),
    body: lines.slice(bodyAt).join('\r\n'),
  }
}

const usual = {
  target: '/api/auth/verify',
  headers: ['Authorization: Bearer TOKEN', 'Content-Type: application/json', 'Host: localhost'],
  body: '{"key":"KEY"}',
  framing: 'length' as const,
}

onEachDatabase((open) => {
  test(
    'the fast lane and the route answer alike, whatever headers and body are',
    { timeout: 300_000 },
    async () => {
      const api = await open({ env: { RATE_LIMIT_PER_MINUTE: '1000000' } })
      const secrets = await makeSecrets(api)
      const tally = new Map<string, number>()
      await fc.assert(
        fc.asyncProperty(question, async (asked) => {
          const lane = await ask(api, secrets, asked, [])
          // No proxy is trusted, so this header only sends the request to the route.
          const route = await ask(api, secrets, asked, ['X-Forwarded-For: 203.0.113.9'])
          expect(lane).toEqual(route)
          const kind = `${lane.start} ${/"code":"(\w+)"/.exec(lane.body)?.[1]}`
          tally.set(kind, (tally.get(kind) ?? 0) + 1)
        }),
        {
          numRuns: Number(process.env['FAST_LANE_RUNS'] ?? 200),
          examples: [[usual]], // few generated questions have nothing strange about them
        },
      )
      // The generated requests cover enough answers.
      expect(tally.size).toBeGreaterThan(5)
      expect(tally.get('HTTP/1.1 200 OK VALID') ?? 0).toBeGreaterThan(0)
    },
  )
})
