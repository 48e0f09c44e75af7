import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { lockOrganization } from './organizations.store.ts'

/**
 * Holds an organization until the transaction `tx` ends, so that changes that must not overlap wait
 * for each other: of two concurrent keys one takes the last place, and of two owners one leaves.
 *
 * @throws the error of `notFound`, when the organization does not exist
 */
export async function holdOrganization(
  tx: Context,
  organizationId: string,
  notFound: () => Error = () => new NotFoundError('Organization not found'),
): Promise<void> {
  if (!(await lockOrganization(tx.db, organizationId))) throw notFound()
}
