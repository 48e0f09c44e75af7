import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { lockOrganization } from './organizations.store.ts'

/**
 * Makes changes that must not overlap wait for each other until the transaction `tx` ends: of two
 * keys made at once only one takes the last place, and of two owners only one leaves.
 *
 * @throws what `notFound` makes, when there is no such organization
 */
export async function holdOrganization(
  tx: Context,
  organizationId: string,
  notFound: () => Error = () => new NotFoundError('Organization not found'),
): Promise<void> {
  if (!(await lockOrganization(tx.db, organizationId))) throw notFound()
}
