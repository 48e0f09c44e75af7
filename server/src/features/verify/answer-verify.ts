import type { VerifyInput, VerifyResult } from '@zentrix/shared/verify.ts'
import type { Context } from '../../context.ts'
import type { ServicePrincipal } from '../../principal.ts'
import { verifyKey } from './verify-key.ts'

/** The verdict on a key as a service is told it. */
export async function answerVerify(
  ctx: Context,
  service: ServicePrincipal,
  input: VerifyInput,
): Promise<VerifyResult> {
  const verdict = await verifyKey(ctx, {
    secret: input.key,
    scopes: input.scopes ?? [],
    ip: input.ip ?? null,
    cost: input.cost ?? 1,
    organizationIds: service.organizationIds,
  })
  if (!verdict.valid) return verdict
  const { id: keyId, organizationId, label, environment, scopes, expiresAt } = verdict.key
  return {
    valid: true,
    code: 'VALID',
    keyId,
    organizationId,
    label,
    environment,
    scopes,
    expiresAt,
    rateLimit: verdict.rateLimit,
  }
}
