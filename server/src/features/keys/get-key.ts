import { isKeyId, type ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { findKey } from './keys.store.ts'

/**
 * One key of an organization as a verb works on it, in its transaction; without its last use.
 *
 * @throws {NotFoundError} when it is not there, or another organization's
 */
export async function getKey(
  ctx: Context,
  { organizationId }: { organizationId: string },
  id: string,
): Promise<ApiKey> {
  // What cannot be an id is asked of no database: PostgreSQL would fail on a NUL.
  const key = isKeyId(id) ? await findKey(ctx.db, organizationId, id, ctx.now()) : undefined
  if (!key) throw new NotFoundError('Key not found')
  return key
}
