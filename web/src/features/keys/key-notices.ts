import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { findBreaches, noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import { formatAgo, formatExact, formatUntil } from '../../lib/time/times.ts'

const EXPIRY_NOTICE_DAYS = 14
const MAX_NOTICES = 2

export type Notice = { text: string; hint: string; tone: 'plain' | 'warning' | 'danger' }

/** The badges beside a key's label, at most two. */
export function noticesOf(key: ApiKey, nowMs: number, policy: Policy = noPolicy): Notice[] {
  const leak = leakOf(key, nowMs)
  if (key.status === 'revoked' || key.status === 'expired') return leak ? [leak] : []
  return [leak, stateOf(key), endOf(key, nowMs), breachOf(key, policy), careOf(key, nowMs)]
    .filter((notice) => notice !== null)
    .slice(0, MAX_NOTICES)
}

/** Whether someone who only held the key ended it; no scanner found it in public. */
export function isEndedByHolder({ id, revokedBy, leakedUrl }: ApiKey): boolean {
  return revokedBy?.id === id && leakedUrl === null
}

function leakOf(key: ApiKey, nowMs: number): Notice | null {
  const { leakedAt, status } = key
  if (leakedAt === null) return null
  const found = isEndedByHolder(key) ? 'Reported by someone who had it' : 'Found in public'
  const isOver = status === 'revoked' || status === 'expired'
  return {
    text: 'Leaked',
    hint: `${found} ${formatAgo(leakedAt, nowMs)}. ${isOver ? 'Nobody can use it any longer.' : 'Rotate it, then revoke it.'}`,
    tone: 'danger',
  }
}

function stateOf({ status }: ApiKey): Notice | null {
  if (status !== 'disabled') return null
  return {
    text: 'Disabled',
    hint: 'Requests with this key fail with 401 until it is enabled again.',
    tone: 'plain',
  }
}

function endOf({ expiresAt, rotatedTo }: ApiKey, nowMs: number): Notice | null {
  if (expiresAt === null) return null
  if (rotatedTo !== null)
    return {
      text: `Replaced, ends ${formatUntil(expiresAt, nowMs)}`,
      hint: `A new key has taken its place. This one works until ${formatExact(expiresAt)}.`,
      tone: 'warning',
    }
  if (Date.parse(expiresAt) - nowMs >= EXPIRY_NOTICE_DAYS * DAY_MS) return null
  return {
    text: `Expires ${formatUntil(expiresAt, nowMs)}`,
    hint: `Requests with this key fail with 401 from ${formatExact(expiresAt)} on.`,
    tone: 'warning',
  }
}

function breachOf(key: ApiKey, policy: Policy): Notice | null {
  const breaches = findBreaches(policy, key)
  if (breaches.length === 0 || key.rotatedTo !== null) return null
  const names = breaches.map(({ path }) => breachNames[path]).join(' and ')
  return {
    text: 'Breaks the policy',
    hint: `Your organization’s policy came later than this key, which ${names}.`,
    tone: 'warning',
  }
}

const breachNames = {
  expiresAt: 'lives too long',
  allowedIps: 'has no allowed addresses',
  scopes: 'has no scopes',
} as const

// An unused key should be revoked rather than rotated.
function careOf(key: ApiKey, nowMs: number): Notice | null {
  if (key.rotatedTo !== null || !isPast(key.createdAt, nowMs)) return null
  const made = `Generated ${formatAgo(key.createdAt, nowMs)}`
  if (key.lastUsedAt === null || isPast(key.lastUsedAt, nowMs)) {
    const used = key.lastUsedAt ? `last used ${formatAgo(key.lastUsedAt, nowMs)}` : 'never used'
    return {
      text: `Unused for ${HYGIENE_DAYS} days`,
      hint: `${made}, ${used}. If nothing needs it any more, revoke it.`,
      tone: 'plain',
    }
  }
  return {
    text: 'Rotate soon',
    hint: `${made}. Keys older than ${HYGIENE_DAYS} days should be replaced.`,
    tone: 'warning',
  }
}

function isPast(timestamp: string, nowMs: number): boolean {
  return nowMs - Date.parse(timestamp) > HYGIENE_DAYS * DAY_MS
}

/** Whether the key was used within the last 24 hours. */
export function wasUsedToday(key: ApiKey, nowMs: number): boolean {
  return key.lastUsedAt !== null && nowMs - Date.parse(key.lastUsedAt) < DAY_MS
}
