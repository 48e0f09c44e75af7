// Requests in which two readers could find different borders, and bytes that are no request at all.
import type { Random } from '../../../../testkit/load/random.ts'

export type RawShape = {
  name: string
  bytes: Buffer
  /**
   * The most answers that there may be with a status under 400: a second request that was smuggled
   * in would be one more.
   */
  maxGood: number
}

const OUTER = '/api/auth/check'

/** The request that is smuggled in. It bears no credential, so it must never be answered for one. */
const SMUGGLED = 'GET /api/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** Every shape once, as a client that has the credential would send it. */
export function rawShapes(credential: string, random: Random): RawShape[] {
  const head = (method: string, lines: string[]) =>
    [
      `${method} ${OUTER} HTTP/1.1`,
      'Host: localhost',
      ...credential.split('\n'),
      ...lines,
      '',
      '',
    ].join('\r\n')
  const length = `Content-Length: ${SMUGGLED.length}`
  const chunked = `0\r\n\r\n${SMUGGLED}`
  const refused = (name: string, lines: string[], body: string): RawShape => ({
    name,
    bytes: Buffer.from(head('POST', lines) + body, 'latin1'),
    maxGood: 0,
  })
  const shapes: RawShape[] = [
    ...refusedLengths.map((value) =>
      refused(`length ${value}`, [`Content-Length: ${value}`], SMUGGLED),
    ),
    ...refusedEncodings.map((line) => refused(JSON.stringify(line), [line], chunked)),
    ...refusedEncodings.map((line) =>
      refused(`${JSON.stringify(line)} and length`, [length, line], chunked),
    ),
    refused('length and chunked', [length, 'Transfer-Encoding: chunked'], chunked),
    refused('chunked and length', ['Transfer-Encoding: chunked', length], chunked),
    refused('two lengths', [length, 'Content-Length: 0'], SMUGGLED),
    refused('bare line feeds', ['X: a\nX: b'], SMUGGLED),
    refused('bare carriage return', ['X: a\rX: b'], SMUGGLED),
    refused('space before colon', ['Content-Length : 5'], SMUGGLED),
    refused('folded length', ['Content-Length:\r\n 5'], SMUGGLED),
    refused('no line end', ['X: a\0b'], SMUGGLED),
    // The head is good, and answered for itself; what comes after it is not.
    ...brokenChunks.map((body) => ({
      ...refused(
        `chunks ${JSON.stringify(body).slice(0, 60)}`,
        ['Transfer-Encoding: chunked'],
        body + SMUGGLED,
      ),
      maxGood: 1,
    })),
    ...noRequests.map((text) => ({
      name: JSON.stringify(text.slice(0, 40)),
      bytes: Buffer.from(text, 'latin1'),
      maxGood: 0,
    })),
    { name: 'noise', bytes: noise(random), maxGood: 0 },
    {
      name: 'chunk extensions',
      bytes: Buffer.from(
        head('POST', ['Transfer-Encoding: chunked']) + `1;a="\r\n"\r\nx\r\n0\r\n\r\n`,
        'latin1',
      ),
      maxGood: 1,
    },
    {
      name: 'a body of nobody',
      bytes: Buffer.from(head('GET', []) + SMUGGLED, 'latin1'),
      maxGood: 1,
    },
    {
      name: 'a length too short',
      bytes: Buffer.from(head('POST', ['Content-Length: 5']) + `hello${SMUGGLED}`, 'latin1'),
      maxGood: 1,
    },
    {
      name: 'GET with a body',
      bytes: Buffer.from(head('GET', [length]) + SMUGGLED, 'latin1'),
      maxGood: 1,
    },
    {
      name: 'two credentials in turn',
      bytes: Buffer.from(head('GET', []) + SMUGGLED + SMUGGLED, 'latin1'),
      maxGood: 1,
    },
    {
      name: 'an upgrade',
      bytes: Buffer.from(head('GET', ['Connection: Upgrade', 'Upgrade: h2c']) + SMUGGLED, 'latin1'),
      maxGood: 1,
    },
    {
      name: 'an expectation',
      bytes: Buffer.from(head('POST', ['Expect: 100-continue', length]) + SMUGGLED, 'latin1'),
      maxGood: 1,
    },
  ]
  return shapes
}

const refusedLengths = [
  '-1',
  '+5',
  '0x10',
  '1e3',
  '5, 5',
  '5 5',
  '99999999999999999999',
  '5;',
  'a',
  '١',
]

const refusedEncodings = [
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: \u000bchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: gzip',
  'X: a\nTransfer-Encoding: chunked',
]

const brokenChunks = [
  '5\r\nhello0\r\n\r\n',
  '5\nhello\n0\n\n',
  '-1\r\n\r\n',
  '0x5\r\nhello\r\n0\r\n\r\n',
  'FFFFFFFFFFFFFFFFF\r\n',
  '5 ;\nx\r\nhello\r\n0\r\n\r\n',
  `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  '5\rhello\r\n0\r\n\r\n',
]

const noRequests = [
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0',
  '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003',
  'GET /api/keys\r\n\r\n',
  'GET /api/keys HTTP/0.9\r\n\r\n',
  'GET /api/keys HTTP/1.0\r\n\r\n',
  'GET /api/keys HTTP/1.2\r\nHost: a\r\n\r\n',
  'GET /api/keys HTTP/9.9\r\nHost: a\r\n\r\n',
  'GET  /api/keys  HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET api/keys HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://evil.example/api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'CONNECT /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a, b\r\n\r\n',
  '\r\n\r\n\r\nGARBAGE\r\n\r\n',
  '*1\r\n$4\r\nPING\r\n',
  'EHLO localhost\r\n',
  'SSH-2.0-OpenSSH_9.0\r\n',
  'PROXY TCP4 1.2.3.4 127.0.0.1 1 2\r\nGET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"key":',
  'GET /api/keys HTTP/1.1\r\nHost: loca',
  'G',
]

function noise(random: Random): Buffer {
  return Buffer.from(Array.from({ length: 2000 }, () => random.between(0, 255)))
}
