import type { Context } from '../context.ts'
import { recordEvent, type Actor } from '../audit/record-event.ts'
import { markRevoked } from './keys.store.ts'

/**
 * Marks a key revoked, with its audit event; `tx` is the caller's transaction.
 *
 * @returns false when it was revoked before: the same answer, and no second event
 */
export async function endKey(
  tx: Context,
  by: Actor & { organizationId: string },
  id: string,
  reason: string | null,
): Promise<boolean> {
  const isRevoked = await markRevoked(tx.db, by.organizationId, id, {
    at: tx.now(),
    byId: by.id,
    byName: by.name,
    reason,
  })
  if (isRevoked)
    await recordEvent(tx, by, {
      action: 'key.revoked',
      organizationId: by.organizationId,
      keyId: id,
      changes: reason === null ? {} : { reason },
    })
  return isRevoked
}
