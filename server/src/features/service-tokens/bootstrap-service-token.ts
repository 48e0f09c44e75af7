import { serviceScopes } from '@zentrix/shared/scopes.ts'
import type { Context } from '../context.ts'
import { systemPrincipal } from '../principals.ts'
import { issuePlatformToken } from './issue-platform-token.ts'

/** Makes the token of BOOTSTRAP_SERVICE_TOKEN, with every scope, unless it is stored already. */
export async function bootstrapServiceToken(ctx: Context): Promise<void> {
  const secret = ctx.config.bootstrapServiceToken
  if (secret === undefined) return
  await issuePlatformToken(ctx, systemPrincipal, {
    name: 'Bootstrap',
    scopes: [...serviceScopes],
    organizationIds: null,
    expiresAt: null,
    secret,
  })
}
