import { isKeyId, type ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { getKey } from './get-key.ts'
import { lockKey } from './keys.store.ts'
import { assertMayChange } from './may-change.ts'

/**
 * A key that the principal may change, held until the transaction `tx` ends, so that nothing else
 * changes it meanwhile.
 *
 * @throws {NotFoundError} when it is not there, or another organization's
 * @throws {ForbiddenError} for a member and another's key
 */
export async function holdKey(
  tx: Context,
  principal: TenantPrincipal,
  id: string,
): Promise<ApiKey> {
  if (isKeyId(id)) await lockKey(tx.db, principal.organizationId, id)
  const key = await getKey(tx, principal, id)
  assertMayChange(principal, key)
  return key
}
