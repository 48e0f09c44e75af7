import type { WidgetToken, WidgetTokenInput } from '@zentrix/shared/schemas/widget.ts'
import type { Context } from '../context.ts'
import { makeId } from '../../crypto/ids.ts'
import { makeTokenId } from '../../crypto/secret.ts'
import { AppError } from '../../lib/errors.ts'
import type { KeyPrincipal } from '../principals.ts'
import { findCallable } from '../catalog/catalog-reads.ts'
import { findOrganization } from '../organizations/get-organization.ts'
import { signWidgetToken, type WidgetClaims } from './widget-claims.ts'

/**
 * Swaps an accepted key for a token that is safe in a browser: it can start one call, within a
 * short time.
 *
 * @throws {AppError} `SUBSCRIPTION_INACTIVE`, `AGENT_NOT_FOUND`, `ORIGIN_NOT_ALLOWED`
 */
export async function mintToken(
  ctx: Context,
  principal: KeyPrincipal,
  input: WidgetTokenInput,
): Promise<WidgetToken> {
  const { organizationId, key, origin } = principal
  const organization = await findOrganization(ctx, organizationId)
  if (!organization || organization.subscription === 'inactive')
    throw new AppError('SUBSCRIPTION_INACTIVE', 'Subscription inactive')
  const callable = await findCallable(ctx, organizationId, input.agentId, input.instanceId ?? null)
  if (!callable) throw new AppError('AGENT_NOT_FOUND', 'Agent not found')
  const { name: agentName, allowedOrigins } = callable.agent
  if (origin !== null && allowedOrigins !== null && !allowedOrigins.includes(origin))
    throw new AppError('ORIGIN_NOT_ALLOWED', 'Origin not allowed')

  const now = ctx.now()
  const issuedAt = Math.floor(Date.parse(now) / 1000)
  const exp = Math.min(
    issuedAt + ctx.config.widgetTokenTtlSeconds,
    key.expiresAt === null ? Infinity : Math.floor(Date.parse(key.expiresAt) / 1000),
  )
  const callId = makeId('call', now)
  const claims: WidgetClaims = {
    sub: input.agentId,
    jti: makeTokenId(),
    exp,
    callId,
    organizationId,
    keyId: key.id,
    ...(input.instanceId !== undefined && { instanceId: input.instanceId }),
    ...(input.language !== undefined && { language: input.language }),
    ...(input.callerName !== undefined && { callerName: input.callerName }),
  }
  return {
    accessToken: await signWidgetToken(ctx, claims, issuedAt),
    callId,
    agentName,
    expiresAt: new Date(exp * 1000).toISOString(),
    expiresIn: exp - issuedAt,
  }
}
