import type { KeyPage, ListKeysQuery } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { settleUsage } from '../usage/flush-usage.ts'
import { listKeys } from './key-list.store.ts'

/** One page of the organization's keys, newest first. */
export async function findKeys(
  ctx: Context,
  principal: TenantPrincipal,
  query: ListKeysQuery,
): Promise<KeyPage> {
  await settleUsage(ctx)
  return ctx.database.browsing.read((db) =>
    listKeys(db, principal.organizationId, query, ctx.now()),
  )
}
