import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { ForbiddenError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'

/**
 * Members change the keys they made; admins, owners and services change all.
 *
 * @throws {ForbiddenError} for a member and another's key
 */
export function assertMayChange(principal: TenantPrincipal, key: ApiKey): void {
  if (principal.type !== 'user' || principal.role !== 'member') return
  if (key.createdBy?.id !== principal.id)
    throw new ForbiddenError('Members can change only the keys they made')
}
