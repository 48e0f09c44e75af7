import { lastFour } from '@zentrix/shared/key-format.ts'
import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { makeId } from '../../crypto/ids.ts'
import { makeServiceToken } from '../../crypto/secret.ts'
import type { Principal } from '../../principal.ts'
import { inTransaction } from '../../store/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import { insertServiceToken } from './service-tokens.store.ts'

export type NewServiceToken = {
  name: string
  scopes: ServiceScope[]
  organizationIds: string[] | null
  expiresAt: string | null
  /** The secret to use instead of a fresh one; `BOOTSTRAP_SERVICE_TOKEN` only. */
  secret?: string
}

/**
 * Makes a service token. The secret is in the result, and nowhere else from then on; a given
 * secret that is known already, revoked or not, is left as it is and gives undefined.
 */
export async function createServiceToken(
  ctx: Context,
  principal: Principal,
  { name, scopes, organizationIds, expiresAt, secret = makeServiceToken() }: NewServiceToken,
): Promise<{ id: string; secret: string } | undefined> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.now()
    const id = makeId('svc', now)
    const isNew = await insertServiceToken(tx.db, {
      id,
      hash: hashSecret(secret),
      last4: lastFour(secret),
      name,
      scopes: JSON.stringify(scopes),
      organization_ids: organizationIds && JSON.stringify(organizationIds),
      created_at: now,
      expires_at: expiresAt,
      revoked_at: null,
    })
    if (!isNew) return undefined
    await recordEvent(tx, principal, {
      action: 'service_token.created',
      organizationId: null,
      changes: { serviceTokenId: id, name, scopes, organizationIds, expiresAt },
    })
    return { id, secret }
  })
}
