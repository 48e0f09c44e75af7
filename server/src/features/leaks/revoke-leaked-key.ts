import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import type { RequestTrace } from '../principals.ts'
import { answersFor, inTransaction } from '../audit/in-transaction.ts'
import { revokeKeyIn } from '../keys/revocation/revoke-key.ts'
import { noteLeak } from '../keys/note-leak.ts'

// Revoking a key takes some milliseconds, until it is on the disk: every answer takes longer.
const ANSWER_MS = 25

/**
 * Revokes the key that somebody found, if it is ours and not revoked yet. The holder of a key could
 * use it, so the holder may end it. The caller does not learn whether it was a key, not even from
 * the time that the answer takes.
 */
export async function revokeLeakedKey(
  ctx: Context,
  trace: RequestTrace,
  secret: string,
): Promise<void> {
  await Promise.all([delay(ANSWER_MS), revokeFoundKey(ctx, trace, secret)])
}

async function revokeFoundKey(ctx: Context, trace: RequestTrace, secret: string): Promise<void> {
  const key = await ctx.lookups.key(secret)
  if (!key) return
  const { id, label: name, organizationId } = key
  const holder = { type: 'key-holder', id, name, organizationId, trace } as const
  await inTransaction(ctx, async (tx) => {
    answersFor(tx, organizationId)
    await revokeKeyIn(tx, holder, id, 'Reported as leaked')
    await noteLeak(tx, holder, id, { source: 'key-holder', url: null })
  })
}
