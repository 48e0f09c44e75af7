import type {
  ListServiceTokensQuery,
  ServiceTokenPage,
} from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import type { UserPrincipal } from '../principals.ts'
import { settleUsage } from '../usage/flush-usage.ts'
import { listTokensOf } from './service-tokens.store.ts'

/** One page of the organization's own service tokens that are not revoked, newest first. */
export async function findServiceTokens(
  ctx: Context,
  { organizationId }: UserPrincipal,
  query: ListServiceTokensQuery,
): Promise<ServiceTokenPage> {
  await settleUsage(ctx)
  return ctx.database.browsing.read((db) => listTokensOf(db, organizationId, query, ctx.now()))
}
