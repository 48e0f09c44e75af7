import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../context.ts'
import { makeServiceToken } from '../../crypto/secret.ts'
import type { Principal } from '../principals.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { addServiceToken } from './add-service-token.ts'

export type NewPlatformToken = {
  name: string
  scopes: ServiceScope[]
  organizationIds: string[] | null
  expiresAt: string | null
  /** The secret to use instead of a new one; only for `BOOTSTRAP_SERVICE_TOKEN`. */
  secret?: string
}

/**
 * Makes a service token of the platform. The secret is in the result, and kept nowhere. It ends
 * nothing, so it waits for no verifier: a start, which makes one, would be that much longer.
 *
 * @returns undefined when a given secret is stored already, revoked or not: its token stays as it is
 */
export async function issuePlatformToken(
  ctx: Context,
  principal: Principal,
  { secret = makeServiceToken(), ...token }: NewPlatformToken,
): Promise<{ id: string; secret: string } | undefined> {
  return inTransactionAtOnce(ctx, async (tx) => {
    const id = await addServiceToken(tx, principal, { ...token, organizationId: null, secret })
    return id === undefined ? undefined : { id, secret }
  })
}
