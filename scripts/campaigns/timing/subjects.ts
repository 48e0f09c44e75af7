// Requests of several kinds that are, or should be, answered alike: their time might reveal what
// their answer does not.
import { checksum } from '../../../shared/src/keys/key-format.ts'
import { requestText } from '../../testkit/load/connection.ts'
import type { Random } from '../../testkit/load/random.ts'
import type { Stock } from './stock.ts'

export type Subject = {
  name: string
  /** How many times each kind is asked, as a share of the command's number. */
  share: number
  /** The bytes of one request, by kind; every other is compared with the first. */
  kinds: Record<string, () => string>
}

/**
 * The first two kinds of each subject are the same: how much they differ is the noise, and nobody
 * can tell less than that apart.
 */
export function subjectsOf(stock: Stock, random: Random): Subject[] {
  // Made beforehand and as many as of the others, so that only the service can tell them apart.
  const oneOf = (make: () => string, count: number) => {
    const made = Array.from({ length: count }, make)
    return () => random.pick(made)
  }
  const makeKey = () => withChecksum('nas_', random)
  const unknownKey = oneOf(makeKey, stock.revoked.length)
  const typo = oneOf(() => {
    const key = makeKey()
    return `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
  }, stock.revoked.length)
  const makeToken = () => withChecksum('nassvc_', random)
  const makeAddress = () => `${randomName(random)}@example.com`
  const keys = {
    unknown: unknownKey,
    'unknown again': oneOf(makeKey, stock.revoked.length),
    'wrong checksum': typo,
    revoked: () => random.pick(stock.revoked),
    expired: () => random.pick(stock.expired),
    disabled: () => random.pick(stock.disabled),
  }
  const key = (secret: string) => ({ Authorization: `Bearer ${secret}` })
  // Of refused keys, an address may bring only so many a minute.
  const somewhere = () => ({ 'X-Forwarded-For': randomAddress(random) })
  const gateway = { 'X-Service-Token': stock.serviceToken }
  const mint = { agentId: stock.agentId }
  const serviceTokens = {
    unknown: oneOf(makeToken, stock.revokedTokens.length),
    'unknown again': oneOf(makeToken, stock.revokedTokens.length),
    revoked: () => random.pick(stock.revokedTokens),
    expired: () => random.pick(stock.expiredTokens),
  }
  const signIns = {
    'unknown address': oneOf(makeAddress, stock.addresses.length),
    'unknown address again': oneOf(makeAddress, stock.addresses.length),
    'existing address': () => random.pick(stock.addresses),
  }
  return [
    {
      name: 'GET /api/auth/check',
      share: 1,
      kinds: each(keys, (secret) =>
        requestText('GET', '/api/auth/check', { ...somewhere(), ...gateway, ...key(secret) }),
      ),
    },
    {
      name: 'GET /api/whoami',
      share: 1,
      kinds: each(keys, (secret) =>
        requestText('GET', '/api/whoami', { ...somewhere(), ...key(secret) }),
      ),
    },
    {
      name: 'POST /api/widget/token',
      share: 1,
      kinds: each(keys, (secret) =>
        requestText('POST', '/api/widget/token', { ...somewhere(), ...key(secret) }, mint),
      ),
    },
    {
      name: 'POST /api/keys/revoke-leaked',
      share: 1,
      // A live key would be ended by it, and an expired one is, at its first report.
      kinds: each(
        {
          unknown: keys.unknown,
          'unknown again': keys['unknown again'],
          'wrong checksum': typo,
          revoked: keys.revoked,
        },
        (secret) => requestText('POST', '/api/keys/revoke-leaked', somewhere(), { key: secret }),
      ),
    },
    {
      name: 'POST /api/auth/verify, by service token',
      share: 1,
      kinds: each(serviceTokens, (secret) =>
        requestText('POST', '/api/auth/verify', key(secret), { key: 'x' }),
      ),
    },
    {
      name: 'POST /api/session/sign-in/email, with a wrong password',
      share: 0.04,
      kinds: each(signIns, (email) =>
        requestText('POST', '/api/session/sign-in/email', somewhere(), {
          email,
          password: 'not the password',
        }),
      ),
    },
  ]
}

function each(
  kinds: Record<string, () => string>,
  toRequest: (text: string) => string,
): Record<string, () => string> {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, make]) => [kind, () => toRequest(make())]),
  )
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function randomText(length: number, random: Random): string {
  return Array.from({ length }, () => random.pick(ALPHABET.split(''))).join('')
}

function withChecksum(prefix: string, random: Random): string {
  const body = prefix + randomText(26, random)
  return body + checksum(body)
}

/** As long as the names in the stock are. */
export function randomName(random: Random): string {
  return randomText(20, random).toLowerCase()
}

function randomAddress(random: Random): string {
  return ['10', ...Array.from({ length: 3 }, () => random.between(100, 255))].join('.')
}
