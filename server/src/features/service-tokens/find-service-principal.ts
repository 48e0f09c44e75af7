import { hasSecretShape, SERVICE_TOKEN_PREFIX } from '@zentrix/shared/keys/key-format.ts'
import type { Context } from '../context.ts'
import { equalizeRefusalTime } from '../../lib/equalize-refusal-time.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { ServicePrincipal, RequestTrace } from '../principals.ts'
import { serviceTokenStatus } from './service-token-status.ts'

/** The service that a token belongs to, from the database each time; undefined for a bad token. */
export function findServicePrincipal(
  ctx: Context,
  secret: string,
  trace: RequestTrace,
): MaybePromise<ServicePrincipal | undefined> {
  if (!hasSecretShape(secret, SERVICE_TOKEN_PREFIX)) return undefined
  const startedAt = performance.now()
  return whenReady(ctx.lookups.serviceToken(secret), (token) => {
    const nowMs = ctx.nowMs()
    if (!token || serviceTokenStatus(token, nowMs) !== 'active') {
      equalizeRefusalTime(startedAt)
      return undefined
    }
    ctx.usage.recordServiceToken(token.id, nowMs, trace.ip)
    const { id, name, scopes, organizationIds } = token
    return { type: 'service', id, name, scopes, organizationIds, trace }
  })
}
