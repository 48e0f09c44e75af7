import type { Random } from '../../../testkit/load/random.ts'
import { brokenBody, plainBody, type Body } from './bodies.ts'
import { Pairs } from './json.ts'
import { MARK, strangeTexts } from './mutate.ts'
import { someAddress, strangeHeaders, type Header } from './headers.ts'
import type { Operation, Parameter } from './operations.ts'
import type { Owner, Subject } from './subject.ts'
import { validValue, type KnownValues } from './valid-input.ts'

export type GarbageRequest = {
  method: string
  target: string
  headers: Header[]
  body: Buffer
  /** Secrets that no answer may repeat. */
  secrets: string[]
}

/** The callers: one that stays, and one whose session a request may end. */
export type Cast = { subject: Subject; owner: Owner; doomed: Owner; known: KnownValues }

const endsSessions = /sign-out|revoke-|change-password|set-active|leave|two-factor|reset-password/

/** A request for an operation; about half of them break a rule somewhere. */
export function makeRequest(operation: Operation, cast: Cast, random: Random): GarbageRequest {
  const isBroken = random.chance(0.7)
  const breaks = () => isBroken && random.chance(0.4)
  const { headers, secrets } = credentials(operation, cast, random)
  const body = makeBody(operation, cast, random, breaks())
  const named = operation.parameters
    .filter((parameter) => parameter.in === 'header' && random.chance(0.5))
    .map((it): Header => [it.name, textFor(it, cast, random, breaks())])
  return {
    method: breaks() && random.chance(0.3) ? random.pick(strangeMethods) : operation.method,
    target: makeTarget(operation, cast, random, breaks),
    headers: [
      ...headers,
      ...named,
      ...body.headers,
      ...(random.chance(0.9) ? [['X-Forwarded-For', someAddress(random)] as Header] : []),
      ...(breaks() ? strangeHeaders(random) : []),
    ],
    body: body.bytes,
    secrets,
  }
}

const strangeMethods = [
  'TRACE',
  'PROPFIND',
  'OPTIONS',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'POST',
  'GET',
  'QUERY',
  'LOCK',
  'PURGE',
  'M-SEARCH',
  'FOO',
  'get',
  'G\u0000T',
  'GET\t',
  'X'.repeat(300),
]

/** The request as bytes; what a header holds goes out as Latin-1, each character one byte. */
export function toBytes({ method, target, headers, body }: GarbageRequest): Buffer {
  const hasLength = headers.some(([name]) => name.toLowerCase() === 'content-length')
  const needsLength = !hasLength && (body.length > 0 || !['GET', 'HEAD'].includes(method))
  const lines = [
    ...(headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', 'localhost']]),
    ...headers,
    ...(needsLength ? [['Content-Length', `${body.length}`]] : []),
  ].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    body,
  ])
}

function credentials(operation: Operation, cast: Cast, random: Random) {
  const { serviceToken } = cast.subject
  const owner = endsSessions.test(operation.path) ? cast.doomed : cast.owner
  const { key } = random.pick(owner.keys)
  const session: Header = ['Cookie', owner.cookie]
  const service: Header[] = [
    ['Authorization', `Bearer ${serviceToken}`],
    ['X-Organization-Id', owner.organizationId],
  ]
  const bySchemes: Record<string, Header[]> = {
    session: [session],
    serviceToken: service,
    apiKey: [['Authorization', `Bearer ${key}`]],
    apiKeyHeader: [['X-API-Key', key]],
    gatewayToken: [['X-Service-Token', serviceToken]],
    garbage: garbageCredential(random),
  }
  const fitting = operation.security.length > 0 ? random.pick(operation.security) : []
  const schemes = random.chance(0.7) ? fitting : [random.pick(Object.keys(bySchemes))]
  const headers = random.chance(0.05) ? [] : schemes.flatMap((scheme) => bySchemes[scheme] ?? [])
  return { headers, secrets: [serviceToken, key, cookieValue(owner.cookie)] }
}

export function cookieValue(cookie: string): string {
  return cookie.slice(cookie.indexOf('=') + 1)
}

function garbageCredential(random: Random): Header[] {
  const text = random.pick(strangeTexts).replaceAll(/[\r\n\0]/g, '')
  return random.pick<Header[]>([
    [['Authorization', `Bearer ${text}`]],
    [['Authorization', `Basic ${text}`]],
    [['Authorization', text]],
    [['Authorization', `Bearer nas_${'a'.repeat(random.pick([1, 32, 5000]))}`]],
    [['X-API-Key', text]],
    [['X-Service-Token', text]],
    [['Cookie', `nas.session_token=${text}`]],
    [['Cookie', `nas.session_token=${encodeURIComponent('%')}; ${'a=b; '.repeat(300)}`]],
    [['Cookie', ';;;=;==;nas.session_token']],
  ])
}

function makeBody({ body }: Operation, { known }: Cast, random: Random, breaks: boolean): Body {
  if (body === undefined)
    return breaks
      ? brokenBody(new Pairs([['a', MARK]]), random)
      : { bytes: Buffer.alloc(0), headers: [] }
  const value = validValue(body, random, known, '')
  return breaks ? brokenBody(value, random) : plainBody(value)
}

function makeTarget(
  operation: Operation,
  cast: Cast,
  random: Random,
  breaks: () => boolean,
): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((it) => it.in === 'path' && it.name === name)!
    return breaks() ? random.pick(strangeSegments) : textFor(parameter, cast, random, false)
  })
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && random.chance(0.4))
    .map(
      (it) =>
        `${it.name}=${encodeURIComponent(textFor(it, cast, random, breaks()).toWellFormed())}`,
    )
  if (breaks()) query.push(random.pick(strangeQueries))
  const strangePath = breaks() && random.chance(0.2) ? random.pick(strangePaths)(path) : path
  return query.length > 0 ? `${strangePath}?${query.join('&')}` : strangePath
}

function textFor(
  { name, schema }: Parameter,
  { known }: Cast,
  random: Random,
  breaks: boolean,
): string {
  if (breaks) return random.pick(strangeTexts).replaceAll(/[\r\n\0]/g, '')
  return String(validValue(schema, random, known, name))
}

const strangeSegments = [
  '..',
  '.',
  '%2e%2e',
  '%2f',
  '%2F..%2f',
  '%5c',
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%e0%a4%a',
  '%c0%af',
  '%ed%a0%80',
  '%F0%9F%94%91',
  'key_',
  '__proto__',
  'constructor',
  '*',
  ':id',
  '{id}',
  ';a=b',
  '%0d%0aX:1',
  `nas_${'0'.repeat(32)}`,
  encodeURIComponent(MARK),
  '-1',
  '0',
  '1e999',
  'x'.repeat(99),
  'x'.repeat(101),
  'x'.repeat(201),
  'x'.repeat(5000),
  '%25'.repeat(50),
  `${'../'.repeat(50)}etc/passwd`,
  '\u00e9',
  'a b',
]

const strangeQueries = [
  'limit=1&limit=2',
  'limit[]=1',
  'limit[a]=1',
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=1e1',
  'limit=%00',
  'cursor=%00',
  'cursor=',
  'cursor=x',
  `cursor=${'A'.repeat(10_000)}`,
  'cursor=eyJhIjoxfQ',
  'q=%25',
  'q=%',
  'q=%zz',
  'q=%5C',
  'q=_%25_%25',
  'q[]=a&q[]=b',
  '__proto__[x]=1',
  '__proto__=1',
  'constructor[prototype][x]=1',
  'toString=1',
  'hasOwnProperty=1',
  '&&&&',
  '=',
  '?',
  '#',
  'a'.repeat(10_000),
  'a=b&'.repeat(2000),
  'from=0000-01-01T00:00:00.000Z',
  'from=9999-12-31T23:59:59.999Z&to=0001-01-01T00:00:00.000Z',
  'interval=day&interval=hour',
  'format=csv',
  'format=csv&format=json',
  'format=__proto__',
  'action=key.created&action=x',
  'scope=a&scope=a&scope=A',
  `scope=${'a:'.repeat(60)}a`,
  'deny=403&deny=429',
  'status=__proto__',
  'keyId=%ed%a0%80',
  'q=%ED%A0%80',
  'q=%f0%9f%94%91',
]

const strangePaths: ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => `${path}/`,
  (path) => path.toUpperCase(),
  (path) => path.replace('/api', '/api/.'),
  (path) => path.replace('/api', '/api/../api'),
  (path) => path.replace('/api', '/%61pi'),
  (path) => path.replaceAll('/', '%2f').replace('%2f', '/'),
  (path) => `${path};x=1`,
  (path) => `${path}%00`,
  (path) => `${path}\\..`,
  (path) => `http://evil.example${path}`,
  (path) => `http://localhost${path}`,
  (path) => `${path}#x`,
  () => '*',
  () => '/',
  () => '/api',
  () => '/docs/../api/keys',
  () => '/docs/json',
  () => '/docs/static/%2e%2e/%2e%2e/package.json',
  () => '/assets/..%2f..%2fpackage.json',
]
