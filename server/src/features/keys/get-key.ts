import { isKeyId, type ApiKey } from '@zentrix/shared/keys.ts'
import type { Context } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { findKey } from './keys.store.ts'

/**
 * One key of an organization, with uses that are not written yet.
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
  return withLastUse(ctx, key)
}

/** The record with a use that is still on its way to the database. */
export function withLastUse(ctx: Context, key: ApiKey): ApiKey {
  const use = ctx.uses.lastKeyUse(key.id)
  return use === undefined ? key : { ...key, lastUsedAt: use.at, lastUsedIp: use.ip }
}
