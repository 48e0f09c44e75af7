import type { KeyPage, ListKeysQuery } from '@zentrix/shared/keys.ts'
import type { Context } from '../../context.ts'
import type { TenantPrincipal } from '../../principal.ts'
import { withLastUse } from './get-key.ts'
import { listKeys } from './keys.store.ts'

/** One page of the organization's keys, newest first. */
export async function findKeys(
  ctx: Context,
  principal: TenantPrincipal,
  query: ListKeysQuery,
): Promise<KeyPage> {
  const page = await listKeys(ctx.db, principal.organizationId, query, ctx.now())
  return { ...page, data: page.data.map((key) => withLastUse(ctx, key)) }
}
