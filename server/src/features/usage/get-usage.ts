import { isKeyId } from '@zentrix/shared/schemas/keys.ts'
import type { KeyUsage, UsageQuery } from '@zentrix/shared/schemas/usage/usage.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'
import { settleUsage } from './write-behind/flush-usage.ts'
import { byInterval, usageRange } from './usage-range.ts'
import { findUsage } from './usage.store.ts'

/**
 * The number of uses of a key in each interval, by outcome, up to now.
 *
 * @throws {NotFoundError} when the key does not exist, or belongs to another organization
 */
export async function getUsage(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  id: string,
  query: UsageQuery,
): Promise<KeyUsage> {
  const range = usageRange(query, ctx.nowMs())
  await settleUsage(ctx)
  const { browsing } = ctx.database
  const rows = isKeyId(id)
    ? await browsing.read((db) => findUsage(db, organizationId, id, range))
    : undefined
  if (!rows) throw new NotFoundError('Key not found')
  return { data: byInterval(rows, range) }
}
