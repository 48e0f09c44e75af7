import type { DeclaredScope, PutScopeInput } from '@zentrix/shared/schemas/catalog.ts'
import { MAX_DECLARED_SCOPES } from '@zentrix/shared/limits.ts'
import type { Context } from '../context.ts'
import { ConflictError, ForbiddenError } from '../../lib/errors.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { countScopes, findScope, upsertScope } from './scopes.store.ts'

/**
 * Declares a scope for the keys of all organizations, or changes its description. No key changes by it: a
 * scope that nobody declared is as good.
 *
 * @throws {ForbiddenError} for a token that is limited to certain organizations
 * @throws {ConflictError} when there are as many as there may be
 */
export async function putScope(
  ctx: Context,
  service: ServicePrincipal,
  name: string,
  input: PutScopeInput,
): Promise<DeclaredScope> {
  assertMayDeclare(service)
  return inTransactionAtOnce(ctx, async (tx) => {
    if (!(await findScope(tx.db, name)) && (await countScopes(tx.db)) >= MAX_DECLARED_SCOPES)
      throw new ConflictError(
        `At most ${MAX_DECLARED_SCOPES} scopes can be declared; delete one first`,
      )
    return upsertScope(tx.db, name, input, tx.now())
  })
}

/** Scopes are the platform's, so a limited service declares none. @throws {ForbiddenError} */
export function assertMayDeclare(service: ServicePrincipal): void {
  if (service.organizationIds !== null)
    throw new ForbiddenError('This service token is limited to certain organizations')
}
