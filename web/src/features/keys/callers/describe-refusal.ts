import type { Refusal } from '@zentrix/shared/schemas/usage/callers.ts'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'

/** Why a request was refused, and what to do about it. */
export type DescribedRefusal = { why: string; remedy: string }

/** @param apiKey as it is now: what was refused may be allowed by now */
export function describeRefusal(
  { code, ip, scopes }: Refusal,
  apiKey: Pick<ApiKey, 'scopes' | 'allowedIps'>,
): DescribedRefusal {
  switch (code) {
    case 'INSUFFICIENT_SCOPE':
      return ofScopes(scopes, apiKey.scopes)
    case 'IP_NOT_ALLOWED':
      return {
        why: ip === null ? 'The address was not told' : `From ${ip}, which is not allowed`,
        remedy:
          ip === null
            ? 'Have the service that asks send the caller’s address.'
            : 'Allow this address if it is yours. If not, the key may be in other hands: rotate it.',
      }
    case 'RATE_LIMITED':
      return {
        why: 'Over the limit of requests a minute',
        remedy: 'Spread the requests, or raise the limit of this key.',
      }
    case 'EXPIRED':
      return {
        why: 'The key had expired',
        remedy: 'Give the caller a new key, or move the expiry.',
      }
    case 'DISABLED':
      return {
        why: 'The key was disabled',
        remedy: 'Enable the key, or give the caller another one.',
      }
    case 'REVOKED':
      return {
        why: 'The key was revoked',
        remedy: 'Something still uses it: give that a new key.',
      }
    case 'NOT_FOUND':
      return { why: 'The key was not known', remedy: 'Check the key that is sent.' }
  }
}

function ofScopes(asked: string[], held: string[]): DescribedRefusal {
  const missing = held.length === 0 ? [] : asked.filter((scope) => !held.includes(scope))
  if (asked.length === 0)
    return { why: 'It lacked a scope', remedy: 'Add the scope, or ask for less.' }
  if (missing.length === 0)
    return { why: `It lacked ${listOf(asked)}`, remedy: 'It has all of this now.' }
  return {
    why: `It lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${listOf(missing)}`,
    remedy: `Add ${missing.length === 1 ? 'it' : 'them'}, or ask for less.`,
  }
}

const listOf = (names: string[]) => new Intl.ListFormat('en').format(names)
