import { isDeepStrictEqual } from 'node:util'
import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import type { ApiKey, UpdateKeyInput } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { ConflictError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'
import { answersFor, inTransaction } from '../audit/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'

import { breachesOfChange } from '@zentrix/shared/policy.ts'
import { assertNoBreach, getPolicyIn } from '../policy/policy-reads.ts'
import { holdKey } from './hold-key.ts'
import { getKey, getKeyWithUse } from './reads/key-reads.ts'
import { assertInFuture, inUtc } from './key-settings.ts'
import { changeKey, type KeyChange } from './keys.store.ts'
import { foldLabel } from '../../store/schema/keys.ts'

const settings = [
  'label',
  'environment',
  'scopes',
  'expiresAt',
  'rateLimitPerMinute',
  'allowedIps',
] as const

/**
 * Changes settings of a key: an absent field is kept, null clears. Input that changes nothing
 * leaves no event.
 *
 * @throws {InvalidInputError} for an expiry that is not in the future, and for a change that breaks the
 *   organization's policy
 * @throws {NotFoundError} when the key does not exist
 * @throws {ForbiddenError} for a member, if somebody else made the key
 * @throws {ConflictError} for a revoked key, and for a rotated key if its end would move later
 */
export async function updateKey(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  input: UpdateKeyInput,
): Promise<ApiKey> {
  await inTransaction(ctx, async (tx) => {
    answersFor(tx, principal.organizationId)
    const before = await holdKey(tx, principal, id)
    const change = toChange(before, input, tx.now())
    const isKept = await changeKey(tx.db, principal.organizationId, id, change)
    if (!isKept) throw new ConflictError('A revoked key cannot be changed')
    const after = await getKey(tx, principal, id)
    const changed = settings.filter((name) => !isDeepStrictEqual(before[name], after[name]))
    if (changed.length > 0) {
      const policy = await getPolicyIn(tx, principal.organizationId)
      assertNoBreach(breachesOfChange(policy, after, changed))
    }
    const record = (action: AuditAction, changes: Record<string, unknown>) =>
      recordEvent(tx, principal, {
        action,
        organizationId: principal.organizationId,
        keyId: id,
        changes,
      })
    if (changed.length > 0)
      await record(
        'key.updated',
        Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }])),
      )
    if (before.enabled !== after.enabled)
      await record(after.enabled ? 'key.enabled' : 'key.disabled', {
        enabled: { from: before.enabled, to: after.enabled },
      })
  })
  return getKeyWithUse(ctx, principal, id)
}

function toChange(before: ApiKey, input: UpdateKeyInput, now: string): KeyChange {
  // The label is always written, since an UPDATE must set something.
  const label = input.label ?? before.label
  const change: KeyChange = { label, label_folded: foldLabel(label) }
  if (input.environment !== undefined) change.environment = input.environment
  if (input.scopes !== undefined) change.scopes = JSON.stringify(input.scopes ?? [])
  if (input.allowedIps !== undefined) change.allowed_ips = JSON.stringify(input.allowedIps ?? [])
  if (input.rateLimitPerMinute !== undefined)
    change.rate_limit_per_minute = input.rateLimitPerMinute
  if (input.expiresAt !== undefined) {
    change.expires_at = newExpiry(before, input.expiresAt, now)
    if (change.expires_at !== before.expiresAt) change.expiry_set_at = now
  }
  if (input.enabled !== undefined && input.enabled !== before.enabled)
    change.disabled_at = input.enabled ? null : now
  return change
}

function newExpiry(before: ApiKey, expiresAt: string | null, now: string): string | null {
  const expiry = inUtc(expiresAt)
  assertInFuture(expiry, now)
  const isLater = expiry === null || (before.expiresAt !== null && expiry > before.expiresAt)
  if (before.rotatedTo !== null && isLater)
    throw new ConflictError('A rotated key cannot be given a later end')
  return expiry
}
