import type { Context } from '../context.ts'
import { recordEvent, type Actor } from '../audit/record-event.ts'
import { markLeaked } from './keys.store.ts'

/**
 * Notes in a key's record that the key was found in public, with an audit event, in any state of
 * the key; `tx` is the caller's transaction.
 *
 * @param place shown to everybody who may see the key
 * @returns false if the leak was known before: the first place stays, and there is no second event
 */
export async function noteLeak(
  tx: Context,
  by: Actor & { organizationId: string },
  id: string,
  place: { source: string; url: string | null },
): Promise<boolean> {
  const { organizationId } = by
  const isNew = await markLeaked(tx.db, organizationId, id, { at: tx.now(), url: place.url })
  if (isNew)
    await recordEvent(tx, by, { action: 'key.leaked', organizationId, keyId: id, changes: place })
  return isNew
}
