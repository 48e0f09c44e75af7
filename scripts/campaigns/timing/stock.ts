// Keys, tokens and accounts of every kind, made on a running service.
import { setTimeout as sleep } from 'node:timers/promises'
import type { IssuedKey } from '../../../shared/src/schemas/keys.ts'
import type { Random } from '../../testkit/load/random.ts'
import { randomName } from './subjects.ts'

const KEYS_OF_A_KIND = 100
const TOKENS_OF_A_KIND = 20
// Ten failed sign-ins a minute are counted for an account.
const ACCOUNTS = 60
const PASSWORD = 'a password for measuring'
// Longer than it takes to make those that are to expire.
const LIFETIME_MS = 20_000

export type Stock = {
  revoked: string[]
  expired: string[]
  disabled: string[]
  /** Of a service that may verify. */
  serviceToken: string
  revokedTokens: string[]
  expiredTokens: string[]
  agentId: string
  /** Of people with an account. */
  addresses: string[]
}

export async function makeStock(url: string, random: Random): Promise<Stock> {
  const addresses = Array.from({ length: ACCOUNTS }, () => `${randomName(random)}@example.com`)
  const [cookie = ''] = await times(ACCOUNTS, (at) =>
    signUp(url, addresses[at]!, `203.0.113.${at}`),
  )

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(url + path, {
      method,
      headers: { Cookie: cookie, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`)
    return (response.status === 204 ? undefined : await response.json()) as T
  }
  const issue = (input = {}) => call<IssuedKey>('POST', '/api/keys', { label: 'Timing', ...input })
  const issueToken = (input = {}) =>
    call<{ id: string; token: string }>('POST', '/api/service-tokens', {
      name: 'Timing',
      scopes: ['keys:verify'],
      ...input,
    })

  const expiresAt = new Date(Date.now() + LIFETIME_MS).toISOString()
  const expired = await times(KEYS_OF_A_KIND, () => issue({ expiresAt }))
  const expiredTokens = await times(TOKENS_OF_A_KIND, () => issueToken({ expiresAt }))
  const revoked = await times(KEYS_OF_A_KIND, () => issue())
  for (const { id } of revoked) await call('DELETE', `/api/keys/${id}`)
  const disabled = await times(KEYS_OF_A_KIND, () => issue())
  for (const { id } of disabled) await call('PATCH', `/api/keys/${id}`, { enabled: false })
  const revokedTokens = await times(TOKENS_OF_A_KIND, () => issueToken())
  for (const { id } of revokedTokens) await call('DELETE', `/api/service-tokens/${id}`)
  const { token: serviceToken } = await issueToken()
  await sleep(Math.max(0, Date.parse(expiresAt) - Date.now()))

  const secretsOf = (keys: IssuedKey[]) => keys.map(({ key }) => key)
  return {
    revoked: secretsOf(revoked),
    expired: secretsOf(expired),
    disabled: secretsOf(disabled),
    serviceToken,
    revokedTokens: revokedTokens.map(({ token }) => token),
    expiredTokens: expiredTokens.map(({ token }) => token),
    agentId: '550e8400-e29b-41d4-a716-446655440000',
    addresses,
  }
}

/** @param ip where the person is; ten may sign up from one address in a minute */
async function signUp(url: string, email: string, ip: string): Promise<string> {
  const response = await fetch(`${url}/api/session/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': ip },
    body: JSON.stringify({ name: 'Timing', email, password: PASSWORD }),
  })
  if (!response.ok) throw new Error(`sign-up answered ${response.status}`)
  await response.arrayBuffer()
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

async function times<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make(made.length))
  return made
}
