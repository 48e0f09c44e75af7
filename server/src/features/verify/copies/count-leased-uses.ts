import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import type { Context } from '../../context.ts'
import { findCountedKeys, type CountedKey } from '../verify.store.ts'

// A poll may bring ten times as many; what is not given back is there again in the next minute.
const MAX_GIVEN_BACK = 20

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
  for (const { keyId, code, ip, scopes = [], count, agoMs } of uses) {
    const key = keys.get(keyId)
    if (!key) continue
    const { number: keyNumber } = key
    const atMs = ctx.nowMs() - agoMs
    ctx.usage.recordCounted(key, code, { count, atMs, ip })
    // A verifier counts; of those that it refused alike, the last is described.
    if (code !== 'VALID')
      ctx.usage.recordRefusal({ keyNumber, atMs, code, ip, requestId: null, scopes: [...scopes] })
  }
  // An organization's own token could give back more than it took, and so lift its keys' limits.
  if (organizationIds === null) await giveBack(ctx, keys, unused)
}

/** Gives back the largest parts of this minute's budgets, each budget in one command. */
async function giveBack(
  { rateLimiter, nowMs }: Pick<Context, 'rateLimiter' | 'nowMs'>,
  keys: ReadonlyMap<string, CountedKey>,
  unused: LeasePoll['unused'],
): Promise<void> {
  const resetAtMs = (Math.floor(nowMs() / MINUTE_MS) + 1) * MINUTE_MS
  const units = new Map<number, number>()
  for (const slice of unused) {
    const key = keys.get(slice.keyId)
    if (!key || Date.parse(slice.resetAt) !== resetAtMs) continue
    units.set(key.budgetNumber, (units.get(key.budgetNumber) ?? 0) + slice.units)
  }
  const largest = [...units].toSorted(([, one], [, other]) => other - one).slice(0, MAX_GIVEN_BACK)
  const taken = { accepted: true, limit: 0, remaining: 0, resetAtMs }
  await Promise.all(largest.map(([budget, sum]) => rateLimiter.giveBack(budget, sum, taken)))
}
