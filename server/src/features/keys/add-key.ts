import { MAX_UNREVOKED_KEYS } from '@zentrix/shared/limits.ts'
import { lastFour } from '@zentrix/shared/keys/key-format.ts'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { makeId } from '../../crypto/ids.ts'
import { makeKey } from '../../crypto/secret.ts'
import { ConflictError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'
import { recordEvent } from '../audit/record-event.ts'
import { getKey } from './reads/key-reads.ts'
import type { KeySettings } from './key-settings.ts'
import { countUnrevokedKeys, insertKey } from './keys.store.ts'
import { foldLabel } from '../../store/schema/keys.ts'

export type NewKey = KeySettings & Pick<ApiKey, 'createdAt' | 'enabled' | 'rotatedFrom'>

/**
 * Writes a new key, with its audit event; `tx` is the caller's transaction.
 *
 * @returns its record and its secret, which is kept nowhere
 */
export async function addKey(
  tx: Context,
  principal: TenantPrincipal,
  { createdAt, rotatedFrom, ...settings }: NewKey,
): Promise<IssuedKey> {
  const { organizationId } = principal
  const id = makeId('key', createdAt)
  const secret = makeKey()
  await insertKey(tx.db, {
    id,
    organization_id: organizationId,
    hash: hashSecret(secret),
    last4: lastFour(secret),
    label: settings.label,
    label_folded: foldLabel(settings.label),
    environment: settings.environment,
    scopes: JSON.stringify(settings.scopes),
    allowed_ips: JSON.stringify(settings.allowedIps),
    rate_limit_per_minute: settings.rateLimitPerMinute,
    created_at: createdAt,
    created_by_id: principal.id,
    created_by_name: principal.name,
    expires_at: settings.expiresAt,
    expiry_set_at: tx.now(),
    disabled_at: settings.enabled ? null : createdAt,
    revoked_at: null,
    revoked_by_id: null,
    revoked_by_name: null,
    revoke_reason: null,
    rotated_from: rotatedFrom,
    rotated_to: null,
  })
  await recordEvent(tx, principal, {
    action: 'key.created',
    organizationId,
    keyId: id,
    changes: { ...settings, ...(rotatedFrom !== null && { rotatedFrom }) },
  })
  return { ...(await getKey(tx, principal, id)), key: secret }
}

/**
 * @param organizationId of an organization that the caller holds
 * @throws {ConflictError} when it has as many keys as it may have
 */
export async function assertRoom(tx: Context, organizationId: string): Promise<void> {
  if ((await countUnrevokedKeys(tx.db, organizationId)) >= MAX_UNREVOKED_KEYS)
    throw new ConflictError(
      `An organization may have at most ${MAX_UNREVOKED_KEYS} keys; revoke one first`,
    )
}
