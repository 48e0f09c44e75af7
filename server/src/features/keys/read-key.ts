import { isKeyId, type ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { settleUsage } from '../usage/flush-usage.ts'
import { findKeyWithUse } from './key-list.store.ts'

/**
 * One key of an organization as it is shown: committed, with its last use up to now.
 *
 * @throws {NotFoundError} when it is not there, or another organization's
 */
export async function readKey(
  ctx: Context,
  { organizationId }: { organizationId: string },
  id: string,
): Promise<ApiKey> {
  await settleUsage(ctx)
  const key = isKeyId(id)
    ? await findKeyWithUse(ctx.committed, organizationId, id, ctx.now())
    : undefined
  if (!key) throw new NotFoundError('Key not found')
  return key
}
