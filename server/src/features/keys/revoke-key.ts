import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { endKey } from './end-key.ts'
import { getKey } from './get-key.ts'
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
    await endKey(tx, principal, id, reason)
  })
}
