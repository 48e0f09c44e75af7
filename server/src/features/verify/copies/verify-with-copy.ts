import type { KeyCopy } from '@zentrix/shared/verification/leases.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import type { Context } from '../../context.ts'
import { whenReady, type MaybePromise } from '../../../lib/maybe-promise.ts'
import type { KeyAsOf } from '../verify.store.ts'
import { limitOf, minuteText, verifyFound, type Presented, type Verdict } from '../verify-key.ts'
import { takeSlice, type Slice } from './take-slice.ts'

export type VerdictWithCopy = { verdict: Verdict; copy: KeyCopy | undefined }

/**
 * Judges a key as `verifyKey` does, for a verifier that may keep a copy of it while its lease runs.
 * There is none of a key that is unknown, foreign, expired or disabled: such an answer must not
 * outlast the question.
 */
export function verifyWithCopy(ctx: Context, presented: Presented): MaybePromise<VerdictWithCopy> {
  let key: KeyAsOf | undefined
  const lookUp = (secret: string) =>
    whenReady(ctx.lookups.keyAsOf(secret), (found) => (key = found))
  return whenReady(verifyFound(ctx, presented, lookUp), (verdict) => {
    if (key === undefined || !mayBeKept(verdict)) return { verdict, copy: undefined }
    const found = key
    const slice = presented.cost > 0 ? takeSlice(ctx, found, verdict) : undefined
    return whenReady(slice, (taken) => ({ verdict, copy: toCopy(ctx, found, taken) }))
  })
}

function mayBeKept(verdict: Verdict): boolean {
  return verdict.valid || !['NOT_FOUND', 'EXPIRED', 'DISABLED'].includes(verdict.code)
}

function toCopy(ctx: Context, key: KeyAsOf, slice: Slice | undefined): KeyCopy {
  const nowMs = ctx.nowMs()
  const { asOf, id: keyId, organizationId, label, environment, scopes, allowedIps, expiresAt } = key
  const nextMinuteMs = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS
  return {
    asOf,
    keyId,
    organizationId,
    label,
    environment,
    scopes,
    allowedIps,
    enabled: !key.isDisabled,
    revoked: key.isRevoked,
    limit: limitOf(ctx, key),
    expiresAt,
    expiresInMs: expiresAt === null ? null : Math.max(0, Date.parse(expiresAt) - nowMs),
    slice: slice?.units ?? 0,
    minuteEndsInMs: Math.max(0, Math.floor(slice?.endsInMs ?? nextMinuteMs - nowMs)),
    resetAt: minuteText(slice?.resetAtMs ?? nextMinuteMs),
  }
}
