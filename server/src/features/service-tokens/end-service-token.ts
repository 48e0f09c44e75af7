import type { Context } from '../context.ts'
import { recordEvent, type Actor } from '../audit/record-event.ts'
import { markTokenRevoked } from './service-tokens.store.ts'

/**
 * Marks a service token revoked, with its audit event, which its organization sees.
 *
 * @param tx in an open transaction
 * @returns false when there is none that is not revoked
 */
export async function endServiceToken(tx: Context, principal: Actor, id: string): Promise<boolean> {
  const revoked = await markTokenRevoked(tx.db, id, tx.now())
  if (!revoked) return false
  await recordEvent(tx, principal, {
    action: 'service_token.revoked',
    organizationId: revoked.organizationId,
    changes: { serviceTokenId: id, name: revoked.name },
  })
  return true
}
