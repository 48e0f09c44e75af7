import { lastFour } from '@zentrix/shared/key-format.ts'
import { MAX_UNREVOKED_KEYS, type IssuedKey, type IssueKeyInput } from '@zentrix/shared/keys.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { makeId } from '../../crypto/ids.ts'
import { makeKey } from '../../crypto/secret.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import type { TenantPrincipal } from '../../principal.ts'
import { recordEvent } from '../audit/record-event.ts'
import { once } from '../idempotency/once.ts'
import { getKey } from './get-key.ts'
import { toExpiry } from './key-settings.ts'
import { countUnrevokedKeys, insertKey, lockOrganization } from './keys.store.ts'
import { foldLabel } from './keys.table.ts'

/**
 * Makes a key. Its secret is in the result, and nowhere else from then on; for 10 minutes a retry
 * under the same Idempotency-Key gets that result again, also when the key was changed or revoked.
 *
 * @throws {InvalidInputError} for an expiry that is not in the future
 * @throws {ConflictError} when the organization has all the keys it may have, or
 *   `IDEMPOTENCY_KEY_REUSED`
 */
export async function issueKey(
  ctx: Context,
  principal: TenantPrincipal,
  input: IssueKeyInput,
  idempotencyKey: string | null,
): Promise<IssuedKey> {
  const attempt = { call: 'POST /api/keys', idempotencyKey, input }
  return once(ctx, principal, attempt, async (tx) => {
    const { organizationId } = principal
    if (!(await lockOrganization(tx.db, organizationId)))
      throw new NotFoundError('Organization not found')
    if ((await countUnrevokedKeys(tx.db, organizationId)) >= MAX_UNREVOKED_KEYS)
      throw new ConflictError(
        `An organization may have at most ${MAX_UNREVOKED_KEYS} keys; revoke one first`,
      )
    const now = tx.now()
    const id = makeId('key', now)
    const secret = makeKey()
    await insertKey(tx.db, {
      id,
      organization_id: organizationId,
      hash: hashSecret(secret),
      last4: lastFour(secret),
      label: input.label,
      label_folded: foldLabel(input.label),
      environment: input.environment ?? 'production',
      scopes: JSON.stringify(input.scopes ?? []),
      allowed_ips: JSON.stringify(input.allowedIps ?? []),
      rate_limit_per_minute: input.rateLimitPerMinute ?? null,
      created_at: now,
      created_by_id: principal.id,
      created_by_name: principal.name,
      expires_at: toExpiry(input.expiresAt, now),
      disabled_at: null,
      revoked_at: null,
      revoked_by_id: null,
      revoked_by_name: null,
      revoke_reason: null,
      rotated_from: null,
      rotated_to: null,
    })
    const key = await getKey(tx, principal, id)
    const { label, environment, scopes, allowedIps, rateLimitPerMinute, expiresAt } = key
    await recordEvent(tx, principal, {
      action: 'key.created',
      organizationId,
      keyId: id,
      changes: { label, environment, scopes, allowedIps, rateLimitPerMinute, expiresAt },
    })
    return { ...key, key: secret }
  })
}
