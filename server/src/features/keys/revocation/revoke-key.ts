import type { Context } from '../../context.ts'
import type { TenantPrincipal } from '../../principals.ts'
import { answersFor, inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../../audit/record-event.ts'
import { assertMayChange } from '../hold-key.ts'
import { getKey } from '../reads/key-reads.ts'
import { markRevoked } from '../keys.store.ts'

/**
 * Ends a key, at once and for good: once this has returned, no request that starts afterwards is
 * accepted with it. Revoking it again changes nothing.
 *
 * @throws {NotFoundError} when the key does not exist
 * @throws {ForbiddenError} for a member, if somebody else made the key
 */
export async function revokeKey(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  reason: string | null,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    answersFor(tx, principal.organizationId)
    assertMayChange(principal, await getKey(tx, principal, id))
    await revokeKeyIn(tx, principal, id, reason)
  })
}

/**
 * Revokes a key, with its audit event, in the caller's transaction `tx`. If the key is revoked
 * already, nothing happens: there is no second event.
 */
export async function revokeKeyIn(
  tx: Context,
  by: Actor & { organizationId: string },
  id: string,
  reason: string | null,
): Promise<void> {
  const isRevoked = await markRevoked(tx.db, by.organizationId, id, {
    at: tx.now(),
    byId: by.id,
    byName: by.name,
    reason,
  })
  if (!isRevoked) return
  await recordEvent(tx, by, {
    action: 'key.revoked',
    organizationId: by.organizationId,
    keyId: id,
    changes: reason === null ? {} : { reason },
  })
}
