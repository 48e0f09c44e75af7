// The service that is mistreated, and everybody who has a credential for it.
import { startService, type Service } from '../../../testkit/processes/service.ts'
import { checksum } from '../../../../shared/src/keys/key-format.ts'
import type { KnownValues } from './valid-input.ts'

const PASSWORD = 'correct horse battery staple'
const tokenBody = `nassvc_${'0'.repeat(26)}`

/** Made again in every database of a run; nothing else knows it. */
const SERVICE_TOKEN = tokenBody + checksum(tokenBody)

export type Key = { id: string; key: string }

export type Owner = { cookie: string; organizationId: string; keys: Key[] }

export type Subject = { service: Service; port: number; serviceToken: string }

/** A client of the service whose requests are good and have to be answered, whatever happens. */
export async function startSubject(databaseUrl: string | undefined): Promise<Subject> {
  const service = await startService({
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    AUTH_SECRET: 'a-secret-for-the-garbage-campaign-only',
    BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
    ALLOW_SIGN_UP: 'true',
    RATE_LIMIT_PER_MINUTE: '1000000',
    // So that generated requests come from many addresses, and are not all refused as guesses.
    TRUST_PROXY: '1',
    // Through it the memory is measured.
    NODE_OPTIONS: '--inspect=127.0.0.1:0',
  })
  return { service, port: Number(new URL(service.url).port), serviceToken: SERVICE_TOKEN }
}

/** Makes a person with an organization and some keys of their own. */
export async function makeOwner({ service }: Subject, name: string): Promise<Owner> {
  const email = `${name}@example.com`
  const signUp = await post(service, '/api/session/sign-up/email', {
    name,
    email,
    password: PASSWORD,
  })
  const setCookie = signUp.headers.getSetCookie().find((line) => line.includes('session_token'))!
  const cookie = setCookie.slice(0, setCookie.indexOf(';'))
  const keys: Key[] = []
  let organizationId = ''
  for (const label of ['one', 'two', 'three']) {
    const made = await post(service, '/api/keys', { label }, cookie)
    const record = (await made.json()) as Key & { organizationId: string }
    keys.push(record)
    ;({ organizationId } = record)
  }
  return { cookie, organizationId, keys }
}

async function post(service: Service, path: string, body: object, cookie = ''): Promise<Response> {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

/** Values of fields that name things of an owner. */
export function knownValues({ organizationId, keys }: Owner): KnownValues {
  const ids = keys.map(({ id }) => id)
  return {
    id: [...ids, organizationId, '550e8400-e29b-41d4-a716-446655440000'],
    keyId: ids,
    key: keys.map(({ key }) => key),
    organizationId: [organizationId],
    agentId: ['550e8400-e29b-41d4-a716-446655440000'],
    ip: ['203.0.113.7', '::1'],
    'allowedIps[]': ['203.0.113.0/24', '::ffff:1.2.3.4'],
    allowedOrigins: ['https://example.com'],
    from: [new Date(Date.now() - 86_400_000).toISOString()],
    to: [new Date().toISOString()],
    password: [PASSWORD],
    currentPassword: ['not the password'],
    limit: ['1', '100'],
  }
}
