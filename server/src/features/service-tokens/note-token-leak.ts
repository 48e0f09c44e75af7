import type { Context } from '../context.ts'
import { recordEvent, type Actor } from '../audit/record-event.ts'
import { markTokenLeaked } from './service-tokens.store.ts'

/**
 * Notes that a service token was found in public, with an audit event, which the token's
 * organization sees; `tx` is the caller's transaction.
 *
 * @returns its organization, null for the operator; undefined when the leak was known before
 */
export async function noteTokenLeak(
  tx: Context,
  by: Actor,
  id: string,
  place: { source: string; url: string | null },
): Promise<{ organizationId: string | null } | undefined> {
  const leaked = await markTokenLeaked(tx.db, id, tx.now())
  if (!leaked) return undefined
  await recordEvent(tx, by, {
    action: 'service_token.leaked',
    organizationId: leaked.organizationId,
    changes: { serviceTokenId: id, name: leaked.name, ...place },
  })
  return { organizationId: leaked.organizationId }
}
