import { decide } from '@zentrix/shared/verification/decide.ts'
import {
  hasSecretShape,
  lastFour,
  maskKey,
  maskServiceToken,
  SERVICE_TOKEN_PREFIX,
} from '@zentrix/shared/keys/key-format.ts'
import type { Context } from '../context.ts'
import { hasPassed } from '../../lib/has-passed.ts'
import { serviceTokenStatus } from '../service-tokens/service-token-status.ts'

export type SecretStatus = 'live' | 'disabled' | 'expired' | 'revoked' | 'unknown'

/** A secret that was found somewhere, and its state; without the secret itself. */
export type JudgedSecret = {
  kind: 'key' | 'service-token'
  masked: string
  status: SecretStatus
  /** Null for a secret that is not ours. */
  id: string | null
  name: string | null
  /** Null also for a service token. */
  organizationId: string | null
}

/**
 * Judges a secret as of now, and leaves no trace of use. It is live if anybody could use it from
 * any address: addresses, scopes and budgets do not count.
 */
export async function judgeSecret(ctx: Context, secret: string): Promise<JudgedSecret> {
  return hasSecretShape(secret, SERVICE_TOKEN_PREFIX)
    ? judgeServiceToken(ctx, secret)
    : judgeKey(ctx, secret)
}

const statuses: Record<NonNullable<ReturnType<typeof decide>>, SecretStatus> = {
  NOT_FOUND: 'unknown',
  REVOKED: 'revoked',
  EXPIRED: 'expired',
  DISABLED: 'disabled',
  IP_NOT_ALLOWED: 'live',
  INSUFFICIENT_SCOPE: 'live',
}

async function judgeKey(ctx: Context, secret: string): Promise<JudgedSecret> {
  const key = await ctx.lookups.key(secret)
  const isExpired = hasPassed(key?.expiresAt ?? null, ctx.nowMs())
  const refusal = decide(key, { scopes: [], ip: null, isExpired })
  return {
    kind: 'key',
    masked: maskKey(lastFour(secret)),
    status: refusal === undefined ? 'live' : statuses[refusal],
    id: key?.id ?? null,
    name: key?.label ?? null,
    organizationId: key?.organizationId ?? null,
  }
}

async function judgeServiceToken(ctx: Context, secret: string): Promise<JudgedSecret> {
  const token = await ctx.lookups.serviceToken(secret)
  const status = token && serviceTokenStatus(token, ctx.nowMs())
  return {
    kind: 'service-token',
    masked: maskServiceToken(lastFour(secret)),
    status: status === 'active' ? 'live' : (status ?? 'unknown'),
    id: token?.id ?? null,
    name: token?.name ?? null,
    organizationId: null,
  }
}
