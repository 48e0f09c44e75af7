// The rules of a rotation, which the service follows and the portal announces.
import type { ApiKey } from './schemas/keys.ts'
import { LATEST_MOMENT_MS, SECOND_MS, toMoment } from './moment.ts'
import { latestExpiry, type Policy } from './policy.ts'

/** @returns why the key cannot be rotated, or null if it can */
export function findRotationRefusal({
  status,
  rotatedTo,
}: Pick<ApiKey, 'status' | 'rotatedTo'>): string | null {
  if (status === 'revoked') return 'A revoked key cannot be rotated'
  if (status === 'expired') return 'An expired key cannot be rotated'
  if (rotatedTo !== null) return 'This key was rotated before'
  return null
}

/** The new key lasts as long as the old one was made to last, but no longer than the policy allows. */
export function successorExpiry(
  { createdAt, expiresAt }: Pick<ApiKey, 'createdAt' | 'expiresAt'>,
  nowMs: number,
  policy: Pick<Policy, 'maxLifetimeDays'>,
): string | null {
  const latest = latestExpiry(policy, toMoment(nowMs))
  if (expiresAt === null) return latest
  const lifeMs = Date.parse(expiresAt) - Date.parse(createdAt)
  const asLong = toMoment(Math.min(nowMs + lifeMs, LATEST_MOMENT_MS))
  return latest !== null && latest < asLong ? latest : asLong
}

/** When the old key ends: after the overlap, or at its own expiry if that is earlier. */
export function endOfOverlap(
  { expiresAt }: Pick<ApiKey, 'expiresAt'>,
  overlapSeconds: number,
  nowMs: number,
): string {
  const end = toMoment(nowMs + overlapSeconds * SECOND_MS)
  return expiresAt !== null && expiresAt < end ? expiresAt : end
}
