import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { lockOrganization } from '../keys/keys.store.ts'

/**
 * Holds the organization until the transaction `tx` ends, so that of two keys made at once not both
 * take the last place.
 *
 * @throws {NotFoundError} when it is not there
 */
export async function holdOrganization(tx: Context, organizationId: string): Promise<void> {
  if (!(await lockOrganization(tx.db, organizationId)))
    throw new NotFoundError('Organization not found')
}
