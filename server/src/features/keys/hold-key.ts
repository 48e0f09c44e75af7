import { isKeyId, type ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { ForbiddenError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'
import { getKey } from './reads/key-reads.ts'
import { lockKey } from './keys.store.ts'

/**
 * A key that the principal may change, held until the transaction `tx` ends, so that nothing else
 * changes it meanwhile.
 *
 * @throws {NotFoundError} when it does not exist, or belongs to another organization
 * @throws {ForbiddenError} for a member, if somebody else made the key
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

/**
 * Members change the keys they made; admins, owners and services change all.
 *
 * @throws {ForbiddenError} for a member, if somebody else made the key
 */
export function assertMayChange(principal: TenantPrincipal, key: ApiKey): void {
  if (principal.type !== 'user' || principal.role !== 'member') return
  if (key.createdBy?.id !== principal.id)
    throw new ForbiddenError('Members can change only the keys they made')
}
