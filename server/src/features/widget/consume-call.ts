import type { ConsumedCall } from '@zentrix/shared/verification/consumed-call.ts'
import type { Context } from '../context.ts'
import { hmac } from '../../crypto/hash.ts'
import { ConflictError, UnauthorizedError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { findCallable } from '../catalog/catalog-reads.ts'
import { findOrganization } from '../organizations/get-organization.ts'
import { isKeyLive } from '../verify/is-key-live.ts'
import { readWidgetToken, type WidgetClaims } from './widget-claims.ts'
import { findSpentToken, insertSpentToken } from './widget.store.ts'

/**
 * Starts the call of a widget token, once. The signature alone is never enough: the key, its
 * organization, the agent and the instance are checked again, in the transaction that spends the
 * token. The service that spent it may repeat its request under the same Idempotency-Key.
 *
 * @throws {UnauthorizedError} for a token that is expired, forged, or no longer good
 * @throws {ConflictError} `ALREADY_USED`
 */
export async function consumeCall(
  ctx: Context,
  service: ServicePrincipal,
  accessToken: string,
  idempotencyKey: string | null,
): Promise<ConsumedCall> {
  const claims = await readWidgetToken(ctx, accessToken)
  if (!claims || !mayServe(service, claims.organizationId)) throw invalidToken()
  const idempotencyHash =
    idempotencyKey === null ? null : hmac(ctx.keyFor('idempotency'), `consume/${idempotencyKey}`)
  return inTransactionAtOnce(ctx, async (tx) => {
    const isFirst = await insertSpentToken(tx.db, {
      jti: claims.jti,
      service_token_id: service.id,
      idempotency_hash: idempotencyHash,
      expires_at: new Date(claims.exp * 1000).toISOString(),
    })
    if (!isFirst) {
      const spent = await findSpentToken(tx.db, claims.jti)
      const isRetry =
        idempotencyHash !== null &&
        spent?.service_token_id === service.id &&
        spent.idempotency_hash?.equals(idempotencyHash) === true
      if (!isRetry)
        throw new ConflictError('This token has started its call already', 'ALREADY_USED')
      return toConsumedCall(claims)
    }
    // Thrown inside the transaction, so that a refused token is not spent.
    if (!(await isStillGood(tx, claims))) throw invalidToken()
    return toConsumedCall(claims)
  })
}

async function isStillGood(tx: Context, claims: WidgetClaims): Promise<boolean> {
  const { keyId, organizationId, sub: agentId, instanceId = null } = claims
  if (!(await isKeyLive(tx, keyId))) return false
  const organization = await findOrganization(tx, organizationId)
  if (!organization || organization.subscription === 'inactive') return false
  return (await findCallable(tx, organizationId, agentId, instanceId)) !== undefined
}

function toConsumedCall(claims: WidgetClaims): ConsumedCall {
  return {
    callId: claims.callId,
    agentId: claims.sub,
    instanceId: claims.instanceId ?? null,
    organizationId: claims.organizationId,
    keyId: claims.keyId,
    language: claims.language ?? 'en',
    callerName: claims.callerName ?? null,
  }
}

function invalidToken(): UnauthorizedError {
  return new UnauthorizedError('Invalid widget token', true)
}
