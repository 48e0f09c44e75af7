import type { ApiKey } from '@zentrix/shared/keys.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS
const QUIET_AFTER_MS = HOUR_SECONDS * 1000

/** Time to put the new key in place, and no more of it than needed if strangers have the old one. */
export function usualOverlapSeconds({ leakedAt }: ApiKey): number {
  return leakedAt === null ? DAY_SECONDS : HOUR_SECONDS
}

/** How long both keys may work. */
export const overlaps: { seconds: number; label: string }[] = [
  { seconds: 0, label: 'No time: end the old key now' },
  { seconds: HOUR_SECONDS, label: '1 hour' },
  { seconds: DAY_SECONDS, label: '24 hours' },
  { seconds: 7 * DAY_SECONDS, label: '7 days' },
  { seconds: 30 * DAY_SECONDS, label: '30 days' },
]

/** When the old key would end: never later than by itself; null for at once. */
export function oldKeyEnd(key: ApiKey, overlapSeconds: number, nowMs: number): string | null {
  if (overlapSeconds === 0) return null
  const end = new Date(nowMs + overlapSeconds * 1000).toISOString()
  return key.expiresAt !== null && key.expiresAt < end ? key.expiresAt : end
}

/** The new key lasts as long as the old one was made to last. */
export function successorExpiry(key: ApiKey, nowMs: number): string | null {
  if (key.expiresAt === null) return null
  const lifeMs = Date.parse(key.expiresAt) - Date.parse(key.createdAt)
  return new Date(nowMs + lifeMs).toISOString()
}

export function isLive(key: ApiKey, nowMs: number): boolean {
  if (key.status === 'revoked' || key.status === 'expired') return false
  return key.expiresAt === null || Date.parse(key.expiresAt) > nowMs
}

export function mayRotate(key: ApiKey): boolean {
  return (key.status === 'active' || key.status === 'disabled') && key.rotatedTo === null
}

/** Whether nothing seems to use it any more. */
export function isQuiet(key: ApiKey, nowMs: number): boolean {
  return key.lastUsedAt === null || nowMs - Date.parse(key.lastUsedAt) > QUIET_AFTER_MS
}
