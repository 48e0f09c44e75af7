// The service and the guards of every framework get the same bytes, and have to find the same key.
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importKeys } from '../../server/src/features/keys/transfer/import-keys.ts'
import { systemPrincipal } from '../../server/src/features/principals.ts'
import { readLines } from '../../server/src/lib/reading/read-lines.ts'
import type { TestApi } from '../../scripts/testkit/api/kit.ts'
import { frameworks } from './client/frameworks.ts'
import { serviceWithClient } from './client/kit.ts'

/** The outcome of a request: the key is found, it is not, or there is no credential at all. */
type Outcome = 'accepted' | 'refused' | 'none'

/** Names a key of the deployment; what is sent has it in place of the name. */
const names = ['KEY', 'OTHER', 'SYMBOLS', 'PHRASE', 'LIST', 'LATIN', 'LONG'] as const
type Keys = Record<(typeof names)[number], string>

const imported = {
  SYMBOLS: 'old#key!{"<>}\\=',
  PHRASE: 'one of  two,\tthree',
  LIST: 'one, two',
  LATIN: 'cl\u00e9\u00a0\u00ff',
  LONG: 'x'.repeat(8000),
}

const table: [title: string, headers: string[], outcome: Outcome][] = [
  ['nothing', [], 'none'],
  ['a key', ['Authorization: Bearer KEY'], 'accepted'],
  ['a key in X-API-Key', ['X-API-Key: KEY'], 'accepted'],
  ['the scheme in other cases', ['authorization: bEARER KEY'], 'accepted'],
  ['several spaces', ['Authorization:Bearer    KEY'], 'accepted'],
  ['spaces and tabs around', ['Authorization: \t Bearer KEY \t '], 'accepted'],
  ['spaces around X-API-Key', ['X-API-Key: \t KEY \t '], 'accepted'],
  ['a tab after the scheme', ['Authorization: Bearer\tKEY'], 'refused'],
  ['a tab after the space', ['Authorization: Bearer \tKEY'], 'refused'],
  ['no space', ['Authorization: BearerKEY'], 'refused'],
  ['no key after the scheme', ['Authorization: Bearer'], 'refused'],
  ['spaces after the scheme', ['Authorization: Bearer   '], 'refused'],
  ['a key alone', ['Authorization: KEY'], 'refused'],
  ['a key in another scheme', ['Authorization: Basic KEY'], 'refused'],
  ['a scheme in X-API-Key', ['X-API-Key: Bearer KEY'], 'refused'],
  ['a key in quotes', ["Authorization: Bearer 'KEY'"], 'refused'],
  ['an unknown key', ['Authorization: Bearer nas_x'], 'refused'],
  ['empty headers', ['Authorization:', 'X-API-Key:  '], 'none'],
  ['an empty X-API-Key', ['Authorization: Bearer KEY', 'X-API-Key:'], 'accepted'],
  ['an empty Authorization', ['Authorization:  ', 'X-API-Key: KEY'], 'accepted'],
  ['the same key twice', ['Authorization: Bearer KEY', 'X-API-Key: KEY'], 'accepted'],
  ['two keys', ['Authorization: Bearer KEY', 'X-API-Key: OTHER'], 'refused'],
  ['a bad key and a good one', ['Authorization: Bearer x', 'X-API-Key: KEY'], 'refused'],
  ['no key after the scheme, and one', ['Authorization: Bearer', 'X-API-Key: KEY'], 'refused'],
  ['a tab after the scheme, and one', ['Authorization: Bearer\tx', 'X-API-Key: KEY'], 'refused'],
  ['another scheme and a key', ['Authorization: Basic eDp5', 'X-API-Key: KEY'], 'accepted'],
  ['another scheme and a bad key', ['Authorization: Basic eDp5', 'X-API-Key: x'], 'refused'],
  ['an unknown scheme and a key', ['Authorization: Bearers KEY', 'X-API-Key: KEY'], 'accepted'],
  [
    'a scheme with a list and a key',
    ['Authorization: Digest username="a", realm="bearer"', 'X-API-Key: KEY'],
    'accepted',
  ],
  [
    'two Authorization headers',
    ['Authorization: Bearer KEY', 'Authorization: Bearer KEY'],
    'refused',
  ],
  ['two of them joined', ['Authorization: Bearer KEY, Bearer OTHER'], 'refused'],
  [
    'another scheme before Bearer, and a key',
    ['Authorization: Basic eDp5', 'Authorization: Bearer OTHER', 'X-API-Key: KEY'],
    'refused',
  ],
  [
    'another scheme behind Bearer, and a key',
    ['Authorization: Bearer KEY', 'Authorization: Basic eDp5', 'X-API-Key: KEY'],
    'refused',
  ],
  [
    'two other schemes, and a key',
    ['Authorization: Basic eDp5', 'Authorization: Negotiate eDp5', 'X-API-Key: KEY'],
    'accepted',
  ],
  [
    'an empty one before Bearer, and a key',
    ['Authorization:', 'Authorization: Bearer OTHER', 'X-API-Key: KEY'],
    'refused',
  ],
  ['two X-API-Key headers', ['X-API-Key: KEY', 'X-API-Key: KEY'], 'refused'],
  ['two of them joined', ['X-API-Key: KEY,OTHER'], 'refused'],
  ['an empty X-API-Key before one', ['X-API-Key:', 'X-API-Key: KEY'], 'refused'],
  ['symbols beyond token68', ['Authorization: Bearer SYMBOLS'], 'accepted'],
  ['symbols in X-API-Key', ['X-API-Key: SYMBOLS'], 'accepted'],
  ['symbols in both', ['Authorization: Bearer SYMBOLS', 'X-API-Key: SYMBOLS'], 'accepted'],
  ['words, commas and tabs', ['Authorization: Bearer PHRASE'], 'accepted'],
  ['the scheme twice', ['Authorization: Bearer Bearer KEY'], 'refused'],
  ['a list', ['Authorization: Bearer LIST'], 'accepted'],
  ['Latin-1', ['Authorization: Bearer LATIN'], 'accepted'],
  ['Latin-1 in X-API-Key', ['X-API-Key: LATIN'], 'accepted'],
  ['other bytes', ['Authorization: Bearer \u00c3\u00a9\u0080'], 'refused'],
  ['a long key', ['Authorization: Bearer LONG'], 'accepted'],
  ['a key that is a little longer', ['X-API-Key: LONGx'], 'refused'],
]

/** The service's ways to be asked by key, and a guarded route in every framework. */
async function prepare() {
  const { api, owner, client, serviceToken } = await serviceWithClient(
    {},
    { RATE_LIMIT_PER_MINUTE: '1000000' },
  )
  await importAll(api, owner.organizationId)
  const keys: Keys = {
    KEY: (await api.issueKey(owner)).key,
    OTHER: (await api.issueKey(owner)).key,
    ...imported,
  }
  const gateway = `X-Service-Token: ${serviceToken}`
  const asks: Record<string, (headers: string[]) => Promise<Outcome>> = {
    check: (headers) => ask(api.address, 'GET /api/auth/check', [gateway, ...headers]),
    'check below': (headers) => ask(api.address, 'PUT /api/auth/check/a', [gateway, ...headers]),
    whoami: (headers) => ask(api.address, 'GET /api/whoami', headers),
    widget: (headers) => ask(api.address, 'POST /api/widget/token', headers),
  }
  for (const [name, serve] of Object.entries(frameworks)) {
    const address = await serve(client)
    asks[name] = (headers) => ask(address, 'GET /guarded', headers)
  }
  return async (headers: string[]) => {
    const lines = headers.map((line) =>
      line.replace(/[A-Z]{3,}/g, (word) => keys[word as keyof Keys] ?? word),
    )
    api.clock.advance(60) // many refused ones in a minute would end in a 429
    const outcomes = Object.entries(asks).map(async ([name, askOne]) => [name, await askOne(lines)])
    return Object.fromEntries(await Promise.all(outcomes)) as Record<string, Outcome>
  }
}

async function importAll({ ctx }: TestApi, organizationId: string): Promise<void> {
  const lines = Object.values(imported).map((secret) =>
    JSON.stringify({
      sha256: createHash('sha256').update(secret).digest('hex'),
      label: 'Old',
      last4: secret.slice(-4).replaceAll(/[^!-~]/g, 'x'),
    }),
  )
  const bytes = Readable.from([Buffer.from(lines.join('\n'))])
  await importKeys(ctx, systemPrincipal, organizationId, readLines(bytes, 1000), {
    refuse: (line, reason) => expect.fail(`line ${line}: ${reason}`),
    beforeWriting: () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
  })
}

/** Sends header lines byte for byte, which no client library would. */
async function ask(address: string, what: string, headers: string[]): Promise<Outcome> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  const head = [`${what} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers]
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  const answer = await text(socket)
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]
  const challenge = /\r\nwww-authenticate: ([^\r]*)\r\n/i.exec(answer)?.[1]
  if (status === '401' && challenge === 'Bearer realm="nas"') return 'none'
  if (status === '401' && challenge === 'Bearer realm="nas", error="invalid_token"')
    return 'refused'
  // A key that was accepted is not enough for a widget token, which needs a body.
  expect(answer).toMatch(/^HTTP\/1\.1 200 |"code":"INVALID_INPUT"/)
  return 'accepted'
}

const SLOW = { timeout: 300_000 }

const all = (outcome: Outcome) => ({
  check: outcome,
  'check below': outcome,
  whoami: outcome,
  widget: outcome,
  Fastify: outcome,
  Express: outcome,
  Hono: outcome,
})

test('a key is found in the same headers by the service and every guard', SLOW, async () => {
  const askAll = await prepare()
  for (const [title, headers, outcome] of table)
    expect([title, await askAll(headers)]).toEqual([title, all(outcome)])
})

const piece = fc.constantFrom(
  ...names.slice(0, 5),
  'Bearer',
  'bearer',
  'Basic',
  ' ',
  '  ',
  '\t',
  ',',
  ', ',
  '=',
  "'",
  ':',
  ';',
  '\u00e9',
  'x',
)
const line = fc
  .tuple(
    fc.constantFrom('Authorization', 'authorization', 'X-API-Key', 'x-api-key'),
    fc.constantFrom(': Bearer ', ': ', ':', ': bearer  ', ': Basic '),
    fc.array(piece, { maxLength: 5 }),
  )
  .map(([name, scheme, pieces]) => `${name}${scheme}${pieces.join('')}`)

test('whatever the headers are, the service and every guard agree', SLOW, async () => {
  const askAll = await prepare()
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 3 }), async (headers) => {
      const outcomes = await askAll(headers)
      expect(outcomes).toEqual(all(outcomes['check']!))
    }),
    { numRuns: Number(process.env['CREDENTIAL_HEADERS_RUNS'] ?? 60) },
  )
})
