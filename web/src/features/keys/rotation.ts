import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from '@zentrix/shared/moment.ts'
import { findRotationRefusal } from '@zentrix/shared/rotation.ts'

const HOUR_SECONDS = HOUR_MS / SECOND_MS
const DAY_SECONDS = DAY_MS / SECOND_MS
const QUIET_AFTER_MS = HOUR_MS

/** A leaked key should end soon, so its default overlap is shorter. */
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

export function mayRotate(key: ApiKey): boolean {
  return findRotationRefusal(key) === null
}

export function isLive(key: ApiKey, nowMs: number): boolean {
  if (key.status === 'revoked' || key.status === 'expired') return false
  return key.expiresAt === null || Date.parse(key.expiresAt) > nowMs
}

/** Whether nothing seems to use it any more. */
export function isQuiet(key: ApiKey, nowMs: number): boolean {
  return key.lastUsedAt === null || nowMs - Date.parse(key.lastUsedAt) > QUIET_AFTER_MS
}
