import type { ApiKey } from '@zentrix/shared/keys.ts'
import { DAY_MS, formatUntil } from '../../lib/times.ts'

const ROTATE_AFTER_DAYS = 90
const EXPIRY_NOTICE_DAYS = 14

export type Notice = { text: string; isWarning: boolean }

/** What deserves a quiet word beside a key's label. */
export function noticesOf(key: ApiKey, nowMs: number): Notice[] {
  if (key.status === 'revoked' || key.status === 'expired') return []
  const notices: Notice[] = []
  if (key.status === 'disabled') notices.push({ text: 'Disabled', isWarning: false })
  if (key.expiresAt && Date.parse(key.expiresAt) - nowMs < EXPIRY_NOTICE_DAYS * DAY_MS)
    notices.push({ text: `Expires ${formatUntil(key.expiresAt, nowMs)}`, isWarning: true })
  else if (nowMs - Date.parse(key.createdAt) > ROTATE_AFTER_DAYS * DAY_MS)
    notices.push({ text: 'Rotate soon', isWarning: true })
  return notices
}

/** Whether requests of the last day would fail if it ended now. */
export function wasUsedToday(key: ApiKey, nowMs: number): boolean {
  return key.lastUsedAt !== null && nowMs - Date.parse(key.lastUsedAt) < DAY_MS
}
