import type { Context } from '../../context.ts'
import type { Principal } from '../../principal.ts'
import { inTransaction } from '../../store/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import { markTokenRevoked } from './service-tokens.store.ts'

/** Ends a service token at once. @returns false when there is none that is not revoked */
export async function revokeServiceToken(
  ctx: Context,
  principal: Principal,
  id: string,
): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const revoked = await markTokenRevoked(tx.db, id, tx.now())
    if (!revoked) return false
    await recordEvent(tx, principal, {
      action: 'service_token.revoked',
      organizationId: null,
      changes: { serviceTokenId: id, name: revoked.name },
    })
    return true
  })
}
