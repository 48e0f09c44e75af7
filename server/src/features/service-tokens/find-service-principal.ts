import { hasSecretShape, SERVICE_TOKEN_PREFIX } from '@zentrix/shared/key-format.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import type { RequestTrace, ServicePrincipal } from '../../principal.ts'
import { findLiveToken } from './service-tokens.store.ts'

/** The service that a token belongs to, read from the database each time; undefined when it is not good. */
export async function findServicePrincipal(
  ctx: Context,
  secret: string,
  trace: RequestTrace,
): Promise<ServicePrincipal | undefined> {
  if (!hasSecretShape(secret, SERVICE_TOKEN_PREFIX)) return undefined
  const now = ctx.now()
  const token = await findLiveToken(ctx.committed, hashSecret(secret), now)
  if (!token) return undefined
  ctx.uses.recordServiceTokenUse(token.id, { at: now, ip: trace.ip })
  const { id, name, scopes, organizationIds } = token
  return { type: 'service', id, name, scopes, organizationIds, trace }
}
