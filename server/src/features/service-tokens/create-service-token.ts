import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../context.ts'
import { makeServiceToken } from '../../crypto/secret.ts'
import type { Principal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { addServiceToken } from './add-service-token.ts'

export type NewServiceToken = {
  name: string
  scopes: ServiceScope[]
  organizationIds: string[] | null
  expiresAt: string | null
  /** The secret to use instead of a fresh one; `BOOTSTRAP_SERVICE_TOKEN` only. */
  secret?: string
}

/**
 * Makes a service token of the platform's own. The secret is in the result, and nowhere else from
 * then on; a given secret that is known already, revoked or not, is left as it is and gives
 * undefined.
 */
export async function createServiceToken(
  ctx: Context,
  principal: Principal,
  { secret = makeServiceToken(), ...token }: NewServiceToken,
): Promise<{ id: string; secret: string } | undefined> {
  return inTransaction(ctx, async (tx) => {
    const id = await addServiceToken(tx, principal, { ...token, organizationId: null, secret })
    return id === undefined ? undefined : { id, secret }
  })
}
