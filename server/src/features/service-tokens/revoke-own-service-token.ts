import { isServiceTokenId } from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { UserPrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { endServiceToken } from './end-service-token.ts'
import { hasToken } from './service-tokens.store.ts'

/**
 * Ends one of the organization's own service tokens, at once and for good. Revoking it again
 * changes nothing.
 *
 * @throws {NotFoundError} also for a token of another organization, or of the platform
 */
export async function revokeOwnServiceToken(
  ctx: Context,
  principal: UserPrincipal,
  id: string,
): Promise<void> {
  // What cannot be an id is asked of no database: PostgreSQL would fail on a NUL.
  if (!isServiceTokenId(id)) throw new NotFoundError('Service token not found')
  await inTransaction(ctx, async (tx) => {
    if (!(await hasToken(tx.db, principal.organizationId, id)))
      throw new NotFoundError('Service token not found')
    await endServiceToken(tx, principal, id)
  })
}
