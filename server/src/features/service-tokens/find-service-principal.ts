import { hasSecretShape, SERVICE_TOKEN_PREFIX } from '@zentrix/shared/key-format.ts'
import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { whenReady, type MaybePromise } from '../../maybe-promise.ts'
import type { RequestTrace, ServicePrincipal } from '../../principal.ts'

/** The service that a token belongs to, read from the database each time; undefined when it is not good. */
export function findServicePrincipal(
  ctx: Context,
  secret: string,
  trace: RequestTrace,
): MaybePromise<ServicePrincipal | undefined> {
  if (!hasSecretShape(secret, SERVICE_TOKEN_PREFIX)) return undefined
  return whenReady(ctx.lookups.serviceToken(hashSecret(secret)), (token) => {
    const now = ctx.now()
    if (!token || token.revokedAt !== null) return undefined
    if (token.expiresAt !== null && token.expiresAt <= now) return undefined
    ctx.uses.recordServiceTokenUse(token.id, { at: now, ip: trace.ip })
    const { id, name, scopes, organizationIds } = token
    return { type: 'service', id, name, scopes, organizationIds, trace }
  })
}
