import { maskKey } from '@zentrix/shared/keys/key-format.ts'
import { environments } from '@zentrix/shared/keys/environments.ts'
import type { ApiKey, KeyStatus } from '@zentrix/shared/schemas/keys.ts'
import { readCountOrNull, readMoment, readOneOf, readTexts } from '../../lib/reading/read-values.ts'
import type { KeyRow } from '../../store/schema/keys.ts'

/**
 * The record that the world sees, as it stands at `now`.
 *
 * @throws {UnreadableError} where verification would throw it, so that both say the same of a key
 */
export function toApiKey(row: KeyRow, now: string): ApiKey {
  const expiresAt = readMoment(row.expires_at, 'api_keys.expires_at')
  const revokedAt = readMoment(row.revoked_at, 'api_keys.revoked_at')
  const enabled = readMoment(row.disabled_at, 'api_keys.disabled_at') === null
  const limit = readCountOrNull(row.rate_limit_per_minute, 'api_keys.rate_limit_per_minute')
  return {
    id: row.id,
    organizationId: row.organization_id,
    label: row.label,
    masked: maskKey(row.last4),
    last4: row.last4,
    environment: readOneOf(row.environment, environments, 'api_keys.environment'),
    scopes: readTexts(row.scopes, 'api_keys.scopes'),
    status: statusOf({ expiresAt, revokedAt, enabled }, now),
    enabled,
    rateLimitPerMinute: limit,
    allowedIps: readTexts(row.allowed_ips, 'api_keys.allowed_ips'),
    createdAt: row.created_at,
    createdBy: toActor(row.created_by_id, row.created_by_name),
    expiresAt,
    lastUsedAt: typeof row.last_at_ms === 'number' ? new Date(row.last_at_ms).toISOString() : null,
    lastUsedIp: row.last_ip ?? null,
    revokedAt,
    revokedBy: toActor(row.revoked_by_id, row.revoked_by_name),
    revokeReason: row.revoke_reason,
    leakedAt: row.leaked_at,
    leakedUrl: row.leaked_url,
    rotatedFrom: row.rotated_from,
    rotatedTo: row.rotated_to,
  }
}

function statusOf(
  { expiresAt, revokedAt, enabled }: Pick<ApiKey, 'expiresAt' | 'revokedAt' | 'enabled'>,
  now: string,
): KeyStatus {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt !== null && expiresAt <= now) return 'expired'
  return enabled ? 'active' : 'disabled'
}

function toActor(id: string | null, name: string | null) {
  return id === null ? null : { id, name: name ?? '' }
}
