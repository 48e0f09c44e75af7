import type {
  ListServiceTokensQuery,
  ServiceToken,
  ServiceTokenPage,
} from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import type { UserPrincipal } from '../principals.ts'
import { settleUsage } from '../usage/write-behind/flush-usage.ts'
import { listTokensOf, selectAllTokens } from './service-tokens.store.ts'

/** One page of the organization's own service tokens that are not revoked, newest first. */
export async function listServiceTokens(
  ctx: Context,
  { organizationId }: UserPrincipal,
  query: ListServiceTokensQuery,
): Promise<ServiceTokenPage> {
  await settleUsage(ctx)
  return ctx.database.browsing.read((db) => listTokensOf(db, organizationId, query, ctx.nowMs()))
}

/** Every service token with its state, the organizations' own included, newest first. */
export function listAllServiceTokens(ctx: Context): Promise<ServiceToken[]> {
  return selectAllTokens(ctx.committed, ctx.nowMs())
}
