import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import type { Context } from '../../context.ts'
import { findCountedKeys, type CountedKey } from '../verify.store.ts'

/**
 * Counts the uses that a verifier decided by itself, and takes back what a verifier of the platform
 * did not use of its slices. Keys that its token may not ask about are passed over, as are keys that are gone.
 */
export async function countLeasedUses(
  ctx: Pick<Context, 'committed' | 'usage' | 'rateLimiter' | 'nowMs'>,
  organizationIds: readonly string[] | null,
  { uses, unused }: Pick<LeasePoll, 'uses' | 'unused'>,
): Promise<void> {
  const ids = [...new Set([...uses, ...unused].map(({ keyId }) => keyId))]
  if (ids.length === 0) return
  const keys = new Map<string, CountedKey>()
  for (const key of await findCountedKeys(ctx.committed, ids))
    if (organizationIds?.includes(key.organizationId) ?? true) keys.set(key.id, key)
  for (const { keyId, code, ip, count, agoMs } of uses) {
    const key = keys.get(keyId)
    if (!key) continue
    const { number: keyNumber } = key
    const atMs = ctx.nowMs() - agoMs
    ctx.usage.recordCounted(keyNumber, code, { count, atMs, ip })
    // A verifier counts; of those that it refused alike, the last is described.
    if (code !== 'VALID')
      ctx.usage.recordRefusal({ keyNumber, atMs, code, ip, requestId: null, scopes: [] })
  }
  // An organization's own token could give back more than it took, and so lift its keys' limits.
  const mayGiveBack = organizationIds === null
  for (const { keyId, resetAt, units } of mayGiveBack ? unused : []) {
    const key = keys.get(keyId)
    const resetAtMs = Date.parse(resetAt)
    if (!key || resetAtMs % MINUTE_MS !== 0) continue
    const taken = { accepted: true, limit: 0, remaining: 0, resetAtMs }
    await ctx.rateLimiter.giveBack(key.budgetNumber, units, taken)
  }
}
