import type { Context } from '../../context.ts'
import { equalizeRefusalTime } from '../../../lib/equalize-refusal-time.ts'
import { whenReady, type MaybePromise } from '../../../lib/maybe-promise.ts'
import type { ServicePrincipal } from '../../principals.ts'
import { verifyKey, type Verdict } from '../verify-key.ts'

export type CheckQuestion = {
  /** The client's key; null when the client presented none, or two different ones. */
  secret: string | null
  scopes: string[]
  /** The client's address, if the gateways in between are trusted to name it. */
  ip: string | null
  requestId: () => string
}

/** The verdict on the key that a gateway's client presents, at a cost of 1. */
export function answerCheck(
  ctx: Context,
  gateway: ServicePrincipal,
  { secret, scopes, ip, requestId }: CheckQuestion,
): MaybePromise<Verdict> {
  if (secret === null) return { valid: false, code: 'NOT_FOUND' }
  const { organizationIds } = gateway
  const startedAt = performance.now()
  const judged = verifyKey(ctx, { secret, scopes, ip, cost: 1, organizationIds, requestId })
  return whenReady(judged, (verdict) => {
    if (!verdict.valid) equalizeRefusalTime(startedAt)
    return verdict
  })
}
