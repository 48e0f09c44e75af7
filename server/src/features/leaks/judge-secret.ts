import {
  hasSecretShape,
  lastFour,
  maskKey,
  maskServiceToken,
  SERVICE_TOKEN_PREFIX,
} from '@zentrix/shared/key-format.ts'
import type { Context } from '../context.ts'
import { decide } from '../verify/decide.ts'
import { findKeyBySecret } from '../verify/find-key-by-secret.ts'

export type SecretStatus = 'live' | 'disabled' | 'expired' | 'revoked' | 'unknown'

/** What is known of a secret that was found somewhere, without the secret. */
export type JudgedSecret = {
  kind: 'key' | 'service-token'
  masked: string
  status: SecretStatus
  /** Null for one that is not ours. */
  id: string | null
  name: string | null
  /** Null also for a service token. */
  organizationId: string | null
}

/**
 * Judges a secret as it stands now, and leaves no trace of use. Live is what somebody could use
 * from somewhere: addresses, scopes and budgets do not count.
 */
export async function judgeSecret(ctx: Context, secret: string): Promise<JudgedSecret> {
  return hasSecretShape(secret, SERVICE_TOKEN_PREFIX)
    ? judgeServiceToken(ctx, secret)
    : judgeKey(ctx, secret)
}

const statuses = {
  NOT_FOUND: 'unknown',
  REVOKED: 'revoked',
  EXPIRED: 'expired',
  DISABLED: 'disabled',
} as const

async function judgeKey(ctx: Context, secret: string): Promise<JudgedSecret> {
  const key = await findKeyBySecret(ctx, secret)
  const refusal = decide(key && { ...key, allowedIps: [], scopes: [] }, {
    scopes: [],
    ip: null,
    nowMs: ctx.nowMs(),
  })
  return {
    kind: 'key',
    masked: maskKey(lastFour(secret)),
    status: refusal === undefined ? 'live' : statuses[refusal as keyof typeof statuses],
    id: key?.id ?? null,
    name: key?.label ?? null,
    organizationId: key?.organizationId ?? null,
  }
}

async function judgeServiceToken(ctx: Context, secret: string): Promise<JudgedSecret> {
  const token = await ctx.lookups.serviceToken(secret)
  const found = { id: token?.id ?? null, name: token?.name ?? null, organizationId: null }
  const masked = maskServiceToken(lastFour(secret))
  return { kind: 'service-token', masked, status: statusOf(ctx, token), ...found }
}

function statusOf(
  ctx: Context,
  token: { revokedAt: string | null; expiresAt: string | null } | undefined,
): SecretStatus {
  if (!token) return 'unknown'
  if (token.revokedAt !== null) return 'revoked'
  const { expiresAt } = token
  return expiresAt !== null && Date.parse(expiresAt) <= ctx.nowMs() ? 'expired' : 'live'
}
