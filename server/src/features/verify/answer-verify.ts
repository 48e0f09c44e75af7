import type { VerifyInput } from '@zentrix/shared/schemas/verify.ts'
import type { VerifyResult } from '@zentrix/shared/verdict.ts'
import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { verifyKey, type Verdict } from './verify-key.ts'

/** The verdict on a service's question. */
export function judgeFor(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
): MaybePromise<Verdict> {
  return verifyKey(ctx, {
    secret: input.key,
    scopes: input.scopes ?? [],
    ip: input.ip ?? null,
    cost: input.cost ?? 1,
    organizationIds: service.organizationIds,
  })
}

/** The verdict as a service gets it. */
export function answerVerify(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
): MaybePromise<VerifyResult> {
  return whenReady(judgeFor(ctx, service, input), toResult)
}

function toResult(verdict: Verdict): VerifyResult {
  if (!verdict.valid) return verdict
  const { id: keyId, organizationId, label, environment, scopes, expiresAt } = verdict.key
  const { rateLimit } = verdict
  return {
    valid: true,
    code: 'VALID',
    keyId,
    organizationId,
    label,
    environment,
    scopes,
    expiresAt,
    rateLimit,
  }
}
