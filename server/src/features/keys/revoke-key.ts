import type { Context } from '../../context.ts'
import type { TenantPrincipal } from '../../principal.ts'
import { inTransaction } from '../../store/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import { getKey } from './get-key.ts'
import { markRevoked } from './keys.store.ts'
import { assertMayChange } from './may-change.ts'

/**
 * Ends a key, at once and for good: once this has returned, no request that starts afterwards is
 * accepted with it. Revoking it again changes nothing.
 *
 * @throws {NotFoundError} when the key is not there
 * @throws {ForbiddenError} for a member and another's key
 */
export async function revokeKey(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  reason: string | null,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    assertMayChange(principal, await getKey(tx, principal, id))
    const isRevoked = await markRevoked(tx.db, principal.organizationId, id, {
      at: tx.now(),
      byId: principal.id,
      byName: principal.name,
      reason,
    })
    if (!isRevoked) return // it was revoked before: same answer, no second event
    await recordEvent(tx, principal, {
      action: 'key.revoked',
      organizationId: principal.organizationId,
      keyId: id,
      changes: reason === null ? {} : { reason },
    })
  })
}
