import type { KeyCopy } from '@zentrix/shared/verification/leases.ts'
import type { VerifyInput } from '@zentrix/shared/schemas/verification/verify.ts'
import type { VerifyResult } from '@zentrix/shared/verification/verdict.ts'
import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { verifyWithCopy, type VerdictWithCopy } from './copies/verify-with-copy.ts'
import { verifyKey, type Presented, type Verdict } from './verify-key.ts'

/** The verdict on a service's question. */
export function judgeFor(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
  requestId: () => string,
): MaybePromise<Verdict> {
  return verifyKey(ctx, presentedBy(service, input, requestId))
}

/** The same with a copy of the key, for a service that has a lease. */
export function judgeWithCopyFor(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
  requestId: () => string,
): MaybePromise<VerdictWithCopy> {
  return verifyWithCopy(ctx, presentedBy(service, input, requestId))
}

function presentedBy(
  service: ServicePrincipal,
  input: VerifyInput,
  requestId: () => string,
): Presented {
  return {
    secret: input.key,
    scopes: input.scopes ?? [],
    ip: input.ip ?? null,
    cost: input.cost ?? 1,
    organizationIds: service.organizationIds,
    requestId,
  }
}

/** The verdict as a service gets it. */
export function answerVerify(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
  requestId: () => string,
): MaybePromise<VerifyResult & { copy?: KeyCopy }> {
  if (input.session === undefined)
    return whenReady(judgeFor(ctx, service, input, requestId), toResult)
  return whenReady(judgeWithCopyFor(ctx, service, input, requestId), ({ verdict, copy }) => ({
    ...toResult(verdict),
    ...(copy && { copy }),
  }))
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
