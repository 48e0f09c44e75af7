import { expect, test } from 'vitest'
import { noIdentity } from '../../src/http/requests/no-identity.ts'
import { prepare, type Gateway } from './gateway.ts'
import { sendRaw } from './raw-request.ts'
import type { Received } from './upstream.ts'

const identity = Object.keys(noIdentity)
export const forNoClient = [...identity, 'X-Auth-Code', 'X-Service-Token']

// The characters that HTTP allows in a name beside letters, digits and the hyphen (RFC 9110,
// 5.6.2). CGI, WSGI and PHP read some or all of them as they read a hyphen.
const aliasCharacters = [..."_.!#$%&'*+^`|~"]

/** Every way of spelling a name with underscores in place of some or all hyphens, and the name. */
export function underscored(name: string): string[] {
  const [first = '', ...others] = name.split('-')
  return others.reduce(
    (heads, part) => heads.flatMap((head) => [`${head}-${part}`, `${head}_${part}`]),
    [first],
  )
}

/** The other spellings of a name that a service may read as the name itself. */
function aliasesOf(name: string): string[] {
  return aliasCharacters.flatMap((it) => [name.replaceAll('-', it), name.replace('-', it)])
}

/** The values of each header, under the name that a service written for CGI gives it. */
function asCgiReads({ rawHeaders }: Received): Record<string, string[]> {
  const read: Record<string, string[]> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = `HTTP_${rawHeaders[i]!.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
    read[name] = [...(read[name] ?? []), rawHeaders[i + 1]!]
  }
  return read
}

type Identity = { id: string; organizationId: string; environment: string; scopes: string }

/** Asserts that a service reads the key's identity and nothing that its client made up. */
function expectIdentity(arrived: Received, of: Identity, sent: string): void {
  // A folded line is part of the value before it.
  const { HTTP_X_FIRST: _, ...read } = asCgiReads(arrived)
  expect(read, sent).toMatchObject({
    HTTP_X_AUTH_KEY_ID: [of.id],
    HTTP_X_AUTH_ORGANIZATION_ID: [of.organizationId],
    HTTP_X_AUTH_ENVIRONMENT: [of.environment],
    HTTP_X_AUTH_SCOPES: [of.scopes],
  })
  expect(JSON.stringify([read, arrived.trailers]), sent).not.toContain('forged')
}

/** Requests in which a client sends a gateway's headers, in unusual bytes. */
function forgeries(name: string): [sent: string, bytes: (host: string, key: string) => string][] {
  const forged = `${name}: forged`
  const request =
    (...lines: string[]) =>
    (line: string) =>
    (host: string, key: string) =>
      [line, `Host: ${host}`, `Authorization: Bearer ${key}`, 'Connection: close', ...lines]
        .map((it) => `${it}\r\n`)
        .join('') + '\r\n'
  const get = (...lines: string[]) => request(...lines)('GET /orders HTTP/1.1')
  const post = (...lines: string[]) => {
    const head = request('Transfer-Encoding: chunked', ...lines)('POST /orders HTTP/1.1')
    return (host: string, key: string) => `${head(host, key)}1\r\nx\r\n0\r\n${forged}\r\n\r\n`
  }
  return [
    ['upper case', get(`${name.toUpperCase()}: forged`)],
    ['mixed case', get(`${name.replaceAll(/[aeiou]/gi, (it) => it.toUpperCase())}: forged`)],
    ['twice', get(forged, forged)],
    ['twice, in two spellings', get(`${name.replaceAll('-', '_')}: forged`, forged)],
    ['blanks around the value', get(`${name}: \t forged \t`)],
    ['no blank before the value', get(`${name}:forged`)],
    ['a blank before the colon', get(`${name} : forged`)],
    ['a tab before the colon', get(`${name}\t: forged`)],
    ['a blank before the name', get('X-First: 1', ` ${forged}`)],
    ['a folded line', get('X-First: 1', `\t${forged}`)],
    ['a folded value', get(`${name}:`, ' forged')],
    ['a bare line feed before it', get(`X-First: 1\n${forged}`)],
    ['a bare carriage return before it', get(`X-First: 1\r${forged}`)],
    ['a zero byte in the name', get(`${name}\0: forged`)],
    ['a high byte in the name', get(`${name.replace('-', '\xad')}: forged`)],
    ['HTTP/1.0', request(forged)('GET /orders HTTP/1.0')],
    ['the absolute form', request(forged)('GET http://other.example/orders HTTP/1.1')],
    ['named in Connection', get(forged, `Connection: ${name}`)],
    ['named in Connection with keep-alive', get(`Connection: keep-alive, ${name}`, forged)],
    ['named with an upgrade', get(`Connection: Upgrade, ${name}`, 'Upgrade: h2c', forged)],
    ['named in Proxy-Connection', get(forged, `Proxy-Connection: ${name}`)],
    ['a trailer', post(`Trailer: ${name}`)],
    ['a trailer that is not announced', post()],
  ]
}

/** Asserts that headers of these names, sent by a client, never reach the service. */
export async function dropsMadeUp(gateway: Gateway, spellings: string[]): Promise<void> {
  const { owner, api, call, received } = await prepare(gateway)
  const { id, key } = await api.issueKey(owner, { rateLimitPerMinute: 1_000 })
  const { organizationId } = owner
  const of = { id, organizationId, environment: 'production', scopes: '*' }
  for (const name of new Set(spellings)) {
    const sent = { headers: { [name]: 'forged' } }
    expect((await call(key, sent)).status, name).toBe(200)
    expectIdentity(received.pop()!, of, name)
    const refused = await call('nas_x', sent)
    expect([refused.status, received.length], name).toEqual([401, 0])
    expect(JSON.stringify(refused.headers), name).not.toContain('forged')
  }
}

/** The headers that identify a key to a service, which only the gateway can set. */
export function guardsIdentity(gateway: Gateway): void {
  test('what a client makes up about itself never reaches the service, in any spelling', () =>
    dropsMadeUp(
      gateway,
      forNoClient.flatMap((name) => [...underscored(name), ...aliasesOf(name)]),
    ))

  test.each(identity)('%s cannot be forged by unusual bytes', async (name) => {
    const { owner, api, address, received } = await prepare(gateway)
    const { id, key } = await api.issueKey(owner, { rateLimitPerMinute: 1_000 })
    const { organizationId } = owner
    const of = { id, organizationId, environment: 'production', scopes: '*' }
    const { host } = new URL(address)
    for (const [sent, bytes] of forgeries(name)) {
      const answer = await sendRaw(address, bytes(host, key))
      const [arrived, ...more] = received.splice(0)
      expect(more, sent).toEqual([])
      if (arrived) expectIdentity(arrived, of, sent)
      else expect(answer, sent).not.toContain('reached')
      await sendRaw(address, bytes(host, 'nas_x'))
      expect(received, sent).toEqual([])
    }
  })

  test('a client cannot have the identity taken off on the way as hop-by-hop headers', async () => {
    const { owner, api, call, received } = await prepare(gateway)
    const allowedIps = [gateway.loopbackIsToldAs ?? '127.0.0.1']
    const { id, key } = await api.issueKey(owner, { allowedIps })
    const names = [...forNoClient, 'X-Forwarded-For', 'Content-Length', 'Authorization']
    for (const first of ['keep-alive', 'close', 'Upgrade'])
      for (const named of [[], ...names.map((name) => [name]), names]) {
        const headers = { Connection: [first, ...named].join(', '), Upgrade: 'other' }
        const { status, text } = await call(key, { headers })
        // A gateway may refuse such a request; one that gets through bears the identity.
        if (status === 200)
          expect([text, received.length], headers.Connection).toEqual(['reached', 1])
        for (const { headers: arrived } of received.splice(0))
          expect(arrived, headers.Connection).toMatchObject({
            'x-auth-key-id': id,
            'x-auth-organization-id': owner.organizationId,
            'x-auth-environment': 'production',
            'x-auth-scopes': '*',
          })
      }
  })
}
