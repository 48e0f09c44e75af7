import type { LeakReport } from '@zentrix/shared/schemas/leaks.ts'
import { lastFour, maskKey, maskServiceToken } from '@zentrix/shared/keys/key-format.ts'
import type { Context } from '../context.ts'
import { hasPassed } from '../../lib/has-passed.ts'
import type { SystemPrincipal } from '../principals.ts'
import { answersFor, inTransaction } from '../audit/in-transaction.ts'
import { revokeKeyIn } from '../keys/revocation/revoke-key.ts'
import { noteLeak } from '../keys/note-leak.ts'
import { noteTokenLeak } from '../service-tokens/note-token-leak.ts'
import { revokeServiceTokenIn } from '../service-tokens/revoke-service-token.ts'
import { serviceTokenStatus } from '../service-tokens/service-token-status.ts'

import { placeOf, type LeakPlace } from './leak-place.ts'

/** A secret of ours that was found in public, for the mail to its administrators. */
export type Leak = {
  /** Null for the operator's own service tokens. */
  organizationId: string | null
  kind: 'API key' | 'Service token'
  id: string
  name: string
  masked: string
  place: LeakPlace
  /** Whether it could still be used when it was reported. */
  wasLive: boolean
  isEnded: boolean
}

const REASON = 'Found in public by secret scanning'

/**
 * Revokes or marks one reported secret, as LEAK_POLICY says. A second report changes nothing.
 *
 * @returns whether the secret is ours, in any state, and the leak if it was not known before
 */
export async function actOnLeak(
  ctx: Context,
  scanner: SystemPrincipal,
  report: LeakReport,
): Promise<{ isOurs: boolean; leak?: Leak | undefined }> {
  const place = placeOf(report)
  const ofKey = await takeKey(ctx, scanner, report.token, place)
  return ofKey.isOurs ? ofKey : takeServiceToken(ctx, scanner, report.token, place)
}

async function takeKey(ctx: Context, scanner: SystemPrincipal, secret: string, place: LeakPlace) {
  const key = await ctx.lookups.key(secret)
  if (!key) return { isOurs: false }
  const { id, label: name, organizationId } = key
  const by = { ...scanner, organizationId }
  const isToEnd = ctx.config.leakPolicy === 'revoke'
  const isNew = await inTransaction(ctx, async (tx) => {
    answersFor(tx, organizationId)
    if (isToEnd) await revokeKeyIn(tx, by, id, REASON)
    return noteLeak(tx, by, id, place)
  })
  const leak: Leak = {
    organizationId,
    kind: 'API key',
    id,
    name,
    masked: maskKey(lastFour(secret)),
    place,
    wasLive: !key.isRevoked && !hasPassed(key.expiresAt, ctx.nowMs()),
    isEnded: isToEnd,
  }
  return { isOurs: true, leak: isNew ? leak : undefined }
}

async function takeServiceToken(
  ctx: Context,
  scanner: SystemPrincipal,
  secret: string,
  place: LeakPlace,
) {
  const token = await ctx.lookups.serviceToken(secret)
  if (!token) return { isOurs: false }
  const isToEnd = ctx.config.leakPolicy === 'revoke'
  const noted = await inTransaction(ctx, async (tx) => {
    if (isToEnd) await revokeServiceTokenIn(tx, scanner, token.id)
    return noteTokenLeak(tx, scanner, token.id, place)
  })
  const leak: Leak | undefined = noted && {
    organizationId: noted.organizationId,
    kind: 'Service token',
    id: token.id,
    name: token.name,
    masked: maskServiceToken(lastFour(secret)),
    place,
    wasLive: serviceTokenStatus(token, ctx.nowMs()) === 'active',
    isEnded: isToEnd,
  }
  return { isOurs: true, leak }
}
