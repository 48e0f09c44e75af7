import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { lockOrganization } from './organizations.store.ts'

/**
 * Makes changes that must not overlap wait for each other until the transaction `tx` ends: of two
 * keys made at once only one takes the last place, and of two owners only one leaves.
 *
 * @throws {NotFoundError} when it is not there
 */
export async function holdOrganization(tx: Context, organizationId: string): Promise<void> {
  if (!(await lockOrganization(tx.db, organizationId)))
    throw new NotFoundError('Organization not found')
}
