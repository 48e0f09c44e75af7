import type { Random } from '../../../testkit/load/random.ts'
import { MARK } from './mutate.ts'

export type Header = [name: string, value: string]

/** Headers that nobody sends in good faith. */
export function strangeHeaders(random: Random): Header[] {
  return random.pick(kinds)(random)
}

const kinds: ((random: Random) => Header[])[] = [
  (random) => twice(random.pick(['Authorization', 'Cookie', 'X-API-Key', 'X-Service-Token'])),
  () => twice('Content-Type'),
  () => twice('Host'),
  () => twice('X-Organization-Id'),
  () => twice('Idempotency-Key'),
  (random) => [['Host', random.pick(strangeHosts)]],
  (random) => [['X-Organization-Id', random.pick(['', 'org_', '__proto__', MARK, 'org_%00'])]],
  () => Array.from({ length: 100 }, (_, at): Header => [`X-Filler-${at}`, MARK]),
  () => Array.from({ length: 3000 }, (): Header => ['a', '']),
  (random) => [['X-Filler', 'x'.repeat(random.pick([8000, 16_000, 16_384, 40_000]))]],
  () => [['X-Folded', `${MARK}\r\n folded`]],
  () => [['X-Latin', '\u00ff\u00fe caf\u00e9']],
  () => [['X-Control', '\u0001\u007f']],
  () => [['X-Nul', 'a\u0000b']],
  () => [['X-Bare', 'a\rb']],
  () => [['X Space', 'a']],
  () => [['', 'a']],
  () => [['__proto__', MARK]],
  () => [['constructor', MARK]],
  (random) => [['Idempotency-Key', random.pick(strangeIdempotencyKeys)]],
  (random) => [
    [random.pick(['If-Match', 'If-None-Match', 'If-Range']), random.pick(['*', '"x"', MARK])],
  ],
  () => [['If-Modified-Since', 'Thu, 01 Jan 1970 00:00:00 GMT']],
  (random) => [
    ['Range', random.pick(['bytes=0-0', 'bytes=5-1', 'bytes=0-,0-,0-', 'lines=1', MARK])],
  ],
  (random) => [['X-HTTP-Method-Override', random.pick(['DELETE', 'TRACE', MARK])]],
  (random) => [['X-Forwarded-For', random.pick(strangeForwards)]],
  () => [
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Proto', 'javascript'],
    ['Forwarded', 'for="_x"'],
  ],
  (random) => [
    [
      'X-Request-Id',
      random.pick(['x'.repeat(64), 'x'.repeat(65), 'a b', `nas_${'0'.repeat(32)}`, '\u00e9']),
    ],
  ],
  (random) => [['Accept', random.pick(['text/html', '*/*;q=0', MARK, 'x,'.repeat(2000)])]],
  (random) => [['Accept-Encoding', random.pick(['gzip, br', '*;q=0', 'identity;q=0'])]],
  (random) => [['Origin', random.pick(['null', 'https://evil.example', 'file://', MARK, ''])]],
  (random) => [['Sec-Fetch-Site', random.pick(['cross-site', 'none', MARK])]],
  (random) => [['Expect', random.pick(['100-continue', '200-ok', MARK])]],
  () => [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABk'],
  ],
  () => [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', 'x'],
    ['Sec-WebSocket-Version', '13'],
  ],
  () => [['Connection', 'close, Authorization, Host']],
  () => [
    ['TE', 'trailers'],
    ['Trailer', 'Authorization'],
  ],
  () => [['User-Agent', `${MARK}\u00e9 nas_${'0'.repeat(32)} ${'x'.repeat(3000)}`]],
  () => [
    ['Access-Control-Request-Method', 'DELETE'],
    ['Access-Control-Request-Headers', 'x'.repeat(4000)],
  ],
  (random) => [
    ['X-Forwarded-For', Array.from({ length: 200 }, () => someAddress(random)).join(', ')],
  ],
]

function twice(name: string): Header[] {
  return [
    [name, MARK],
    [name, 'other'],
  ]
}

const strangeHosts = [
  '',
  'evil.example',
  'localhost:99999',
  'evil@localhost',
  '[::1',
  'localhost localhost',
  MARK,
]

const strangeIdempotencyKeys = [
  '',
  'short',
  'x'.repeat(16),
  'x'.repeat(255),
  'x'.repeat(256),
  '\u00e9'.repeat(20),
  'a b'.repeat(10),
]

const strangeForwards = [
  '',
  ',',
  ', ,',
  'unknown',
  '::1',
  '127.0.0.1',
  '::ffff:127.0.0.1',
  '999.1.1.1',
  '1.2.3.4:80',
  '[::1]:80',
  '0x7f.1',
  MARK,
]

export function someAddress(random: Random): string {
  return Array.from({ length: 4 }, () => random.between(1, 254)).join('.')
}
