import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { assertMayDeclare } from './put-scope.ts'
import { deleteScope } from './scopes.store.ts'

/**
 * Removes the declaration of a scope. Keys that have the scope keep it.
 *
 * @throws {ForbiddenError} for a token that is limited to certain organizations
 * @throws {NotFoundError} when nobody declared it
 */
export async function removeScope(
  ctx: Context,
  service: ServicePrincipal,
  name: string,
): Promise<void> {
  assertMayDeclare(service)
  await inTransactionAtOnce(ctx, async (tx) => {
    if (!(await deleteScope(tx.db, name))) throw new NotFoundError('Scope not found')
  })
}
