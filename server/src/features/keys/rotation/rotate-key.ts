import type { ApiKey, IssuedKey, RotateKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { findBreaches } from '@zentrix/shared/policy.ts'
import { endOfOverlap, findRotationRefusal, successorExpiry } from '@zentrix/shared/rotation.ts'
import type { Context } from '../../context.ts'
import { ConflictError } from '../../../lib/errors.ts'
import type { TenantPrincipal } from '../../principals.ts'
import { recordEvent } from '../../audit/record-event.ts'
import { once } from '../../idempotency/once.ts'
import { addKey, assertRoom } from '../add-key.ts'
import { assertMayChange, holdKey } from '../hold-key.ts'
import { getKey } from '../reads/key-reads.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import { assertNoBreach, getPolicyIn } from '../../policy/policy-reads.ts'
import { markRotated } from '../keys.store.ts'

/**
 * Replaces a key by a new one with the same settings. The old one ends after the overlap, or at its
 * own expiry if that is earlier; without an overlap it is revoked, and once this has returned, no
 * request that starts afterwards is accepted with it. A retry gets the first result, as in `issueKey`.
 *
 * @throws {InvalidInputError} when the policy asks for addresses or scopes that the key does not have
 * @throws {NotFoundError} when the key does not exist
 * @throws {ForbiddenError} for a member, if somebody else made the key
 * @throws {ConflictError} for a key that is revoked, expired or rotated, when there is no room for
 *   both keys, or `IDEMPOTENCY_KEY_REUSED`
 */
export async function rotateKey(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  input: RotateKeyInput,
  idempotencyKey: string | null,
): Promise<IssuedKey> {
  const attempt = { call: `POST /api/keys/${id}/rotate`, idempotencyKey, input }
  return once(ctx, principal, attempt, async (tx) => {
    // Refused before anything is locked, so that few of many simultaneous rotations have to wait.
    const seen = await getKey(tx, principal, id)
    assertMayChange(principal, seen)
    assertRotatable(seen)
    await holdOrganization(tx, principal.organizationId)
    const old = await holdKey(tx, principal, id)
    assertRotatable(old)
    return replace(tx, principal, old, input.overlapSeconds)
  })
}

async function replace(
  tx: Context,
  principal: TenantPrincipal,
  old: ApiKey,
  overlapSeconds: number,
): Promise<IssuedKey> {
  const { organizationId } = principal
  // Without an overlap the organization has as many keys afterwards as before.
  if (overlapSeconds > 0) await assertRoom(tx, organizationId)
  const now = tx.now()
  const nowMs = Date.parse(now)
  const { label, environment, scopes, allowedIps, rateLimitPerMinute, enabled } = old
  const policy = await getPolicyIn(tx, organizationId)
  const settings = {
    label,
    environment,
    scopes,
    allowedIps,
    rateLimitPerMinute,
    enabled,
    createdAt: now,
    expiresAt: successorExpiry(old, nowMs, policy),
    rotatedFrom: old.id,
  }
  assertNoBreach(findBreaches(policy, settings))
  const successor = await addKey(tx, principal, settings)
  const expiresAt = overlapSeconds > 0 ? endOfOverlap(old, overlapSeconds, nowMs) : old.expiresAt
  const isRotated = await markRotated(tx.db, organizationId, old.id, {
    at: now,
    to: successor.id,
    expiresAt,
    revocation:
      overlapSeconds > 0
        ? null
        : { at: now, byId: principal.id, byName: principal.name, reason: 'Rotated' },
  })
  if (!isRotated) throw new ConflictError('This key cannot be rotated any more')
  await recordEvent(tx, principal, {
    action: 'key.rotated',
    organizationId,
    keyId: old.id,
    changes: {
      rotatedTo: successor.id,
      overlapSeconds,
      ...(expiresAt !== old.expiresAt && { expiresAt: { from: old.expiresAt, to: expiresAt } }),
    },
  })
  return successor
}

function assertRotatable(key: ApiKey): void {
  const refusal = findRotationRefusal(key)
  if (refusal !== null) throw new ConflictError(refusal)
}
