// The dearest that the size limits let through, of each kind of input, for any route.
import { gzipSync } from 'node:zlib'
import type { Route } from './ordinary.ts'
import type { Asked } from './send.ts'

/** Turns the route's ordinary request into a dear one; undefined where it does not fit the route. */
type Kind = (ordinary: Asked, route: Route) => Asked | undefined

// Beside the credential and the other headers, of 16 KiB in all.
const HEADER_BYTES = 14_000
const BODY_BYTES = 64 * 1024

/** `part` as often as fits. */
const many = (part: string, bytes = HEADER_BYTES) =>
  part.repeat(Math.floor(bytes / Buffer.byteLength(part)))

/** As long as a header may be; a search for secrets may begin again at each prefix. */
export const beginsLikeSecrets = many('eyJ')

const withHeader =
  (name: string, value: string): Kind =>
  (ordinary) => ({ ...ordinary, headers: { ...ordinary.headers, [name]: value } })

const withPath =
  (text: string): Kind =>
  (ordinary, { path }) =>
    path.includes('*') ? { ...ordinary, target: path.replace('*', text) } : undefined

const withId =
  (text: string): Kind =>
  (ordinary, { path }) =>
    path.includes(':') ? { ...ordinary, target: path.replaceAll(/:\w+/g, text) } : undefined

const withQuery =
  (query: string): Kind =>
  (ordinary) => ({ ...ordinary, target: `${ordinary.target}?${query}` })

/** Every parameter that the route knows, with the same value, as long as they fit. */
const inEveryParameter =
  (part: string): Kind =>
  (ordinary, { operation }) => {
    const names = operation?.parameters.filter((it) => it.in === 'query') ?? []
    if (names.length === 0) return undefined
    const value = many(part, HEADER_BYTES / names.length - 20)
    const query = names.map(({ name }) => `${name}=${value}`).join('&')
    return { ...ordinary, target: `${ordinary.target}?${query}` }
  }

const inOneParameter =
  (name: string, value: string): Kind =>
  (ordinary, { operation }) =>
    operation?.parameters.some((it) => it.in === 'query' && it.name === name)
      ? { ...ordinary, target: `${ordinary.target}?${name}=${value}` }
      : undefined

const withBody =
  (body: string | Buffer, headers: Record<string, string> = {}): Kind =>
  (ordinary) =>
    ordinary.method === 'GET'
      ? undefined
      : {
          ...ordinary,
          headers: { ...ordinary.headers, 'Content-Type': 'application/json', ...headers },
          body,
        }

/** Each field of the body in turn, with `text`, as long as they fit. */
const inEveryField =
  (value: (bytes: number) => string): Kind =>
  (ordinary, { operation }) => {
    const names = Object.keys(operation?.body?.properties ?? {})
    if (names.length === 0) return undefined
    const bytes = Math.floor(BODY_BYTES / names.length) - 40
    const fields = names.map((name) => `${JSON.stringify(name)}:${value(bytes)}`)
    return { ...ordinary, body: `{${fields.join()}}` }
  }

const array = (item: string) => (bytes: number) => `[${many(`${item},`, bytes - 20)}${item}]`
const text = (part: string) => (bytes: number) => `"${many(part, bytes)}"`
const fields = (make: (at: number) => string) =>
  `{${Array.from({ length: 5000 }, (_, at) => make(at)).join()}}`

/** One character that decomposes into eighteen. */
const LARGE = '\ufdfa'

export const kinds: Record<string, Kind> = {
  ordinary: (ordinary) => ordinary,
  'path of prefixes': withPath(beginsLikeSecrets),
  'path of slashes': withPath(many('a/')),
  'path of dots': withPath(many('../')),
  'path in layers of encoding': withPath(many('%25')),
  'path of encoded prefixes': withPath(many('%65%79%4a')),
  'path of encoded characters': withPath(many('%EF%B7%BA')),
  'malformed path': withPath(`${many('eyJ')}%zz`),
  'id of prefixes': withId(many('eyJ', 190)),
  'id in layers of encoding': withId(many('%25', 190)),
  'id too long': withId(many('a')),
  'query of many fields': withQuery(many('a=b&')),
  'query of one field': withQuery(many('limit=1&')),
  'query of empty fields': withQuery(many('&')),
  'query of other fields': withQuery(Array.from({ length: 1500 }, (_, at) => `k${at}=`).join('&')),
  'query of encoded characters': withQuery(`q=${many('%EF%B7%BA')}`),
  'parameters of prefixes': inEveryParameter('eyJ'),
  'parameters in layers of encoding': inEveryParameter('%25'),
  'parameters of characters that grow': inEveryParameter('%EF%B7%BA'),
  'parameters of digits': inEveryParameter('9'),
  'parameters of base64url': inEveryParameter('W1tb'),
  'search that nearly fits': inOneParameter('q', `${'a'.repeat(60)}b`),
  'search that fits everywhere': inOneParameter('q', 'a'),
  'search of wildcards': inOneParameter('q', many('%25', 300)),
  'search of characters that grow': inOneParameter('q', many('%EF%B7%BA', 900)),
  'file of everything': inOneParameter('format', 'csv'),
  'page of 100': inOneParameter('limit', '100'),
  'counts of all years': inOneParameter('from', '2000-01-01T00:00:00.000Z&interval=day'),
  'User-Agent of prefixes': withHeader('User-Agent', many('eyJ')),
  'many cookies': (ordinary) => {
    const { Cookie: own } = ordinary.headers
    const Cookie = many('a=b; ') + (own ?? 'a=b')
    return { ...ordinary, headers: { ...ordinary.headers, Cookie } }
  },
  'cookies of equals signs': withHeader('Cookie', many('=')),
  'cookie in layers of encoding': withHeader('Cookie', `nas.session_token=${many('%25')}`),
  'cookie of dots': withHeader('Cookie', `nas.session_token=${many('a.')}`),
  'session cookies': withHeader('Cookie', many('nas.session_token=a.b; ')),
  'addresses forwarded': withHeader('X-Forwarded-For', many('1.2.3.4, ')),
  'addresses of IPv6 forwarded': withHeader('X-Forwarded-For', many('::ffff:1.2.3.4,')),
  'no address forwarded': withHeader('X-Forwarded-For', many(':')),
  'bearer of spaces': withHeader('Authorization', `Bearer${many(' ')}x`),
  'long bearer': withHeader('Authorization', `Bearer ${many('nas_')}`),
  'bearer of dots': withHeader('Authorization', `Bearer ${many('eyJ.')}`),
  'long API key': withHeader('X-API-Key', many('a')),
  'long service token': withHeader('X-Service-Token', many('nassvc_')),
  'long request id': withHeader('X-Request-Id', many('eyJ-')),
  'long organization id': withHeader('X-Organization-Id', `org_${many('a')}`),
  'long Idempotency-Key': withHeader('Idempotency-Key', many('eyJ')),
  'long Accept': withHeader('Accept', `text/html,${many('a/b;q=0.1,')}`),
  'long Accept-Encoding': withHeader('Accept-Encoding', many('gzip;q=0.1,')),
  'long If-None-Match': withHeader('If-None-Match', many('"a",')),
  'many ranges': withHeader('Range', `bytes=${many('0-0,')}0-0`),
  'long Origin': withHeader('Origin', `http://${many('a.')}`),
  'long Host': withHeader('Host', many('a.')),
  'long Content-Type': withHeader('Content-Type', `application/json;${many(' ')}charset=utf-8`),
  'many headers': (ordinary) => ({
    ...ordinary,
    headers: {
      ...Object.fromEntries(Array.from({ length: 180 }, (_, at) => [`x-a-${at}-`, 'x'.repeat(60)])),
      ...ordinary.headers,
    },
  }),
  'body of brackets': withBody('['.repeat(BODY_BYTES)),
  'body of objects in objects': withBody(
    `${many('{"a":', BODY_BYTES - 20_000)}1${many('}', 8000)}`,
  ),
  'body nested and closed': withBody(`{"label":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
  'body of other fields': withBody(fields((at) => `"k${at}":1`)),
  'body of prototypes': withBody(`{"a":${many('{"__proto__":', 50_000)}1${'}'.repeat(3846)}}`),
  'body of one field': withBody(`{${many('"label":"a",', BODY_BYTES - 20)}"label":"a"}`),
  'body of spaces': withBody(`{${many(' ', BODY_BYTES - 10)}}`),
  'body of escapes': withBody(`{"label":"${many('\\u0041', BODY_BYTES - 20)}"}`),
  'body of digits': withBody(`{"label":${many('9', BODY_BYTES - 20)}}`),
  'body not in UTF-8': withBody(Buffer.alloc(BODY_BYTES, 0xff)),
  'body compressed': withBody(gzipSync(Buffer.alloc(40_000_000)), { 'Content-Encoding': 'gzip' }),
  'body too long': withBody('x'.repeat(BODY_BYTES + 1)),
  'list of numbers': withBody(`[${many('0,', BODY_BYTES - 4)}0]`),
  'fields of prefixes': inEveryField(text('eyJ')),
  'fields of characters that grow': inEveryField(text(LARGE)),
  'fields of marks': inEveryField(text('e\u0301\u0323')),
  'fields of joined characters': inEveryField(text('\u{1f468}\u200d')),
  'fields of spaces': inEveryField((bytes) => `"a${many(' ', bytes - 2)}a"`),
  'fields of words with colons': inEveryField(text('a:')),
  'fields of dots': inEveryField(text('a@a.')),
  'fields of digits': inEveryField(text('9')),
  'fields of lists of words': inEveryField(array('"a:b"')),
  'fields of lists of addresses': inEveryField(array('"2001:db8::1/64"')),
  'fields of lists of what is wrong': inEveryField(array('""')),
  'fields of lists of objects': inEveryField(array('{"a":1}')),
}
