import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import type { RequestTrace } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { revokeKeyIn } from '../keys/revoke-key.ts'
import { noteLeak } from '../keys/note-leak.ts'
import { findKeyBySecret } from '../verify/find-key-by-secret.ts'

// Ending a key takes some milliseconds, until it is on the disk: every answer takes longer.
const ANSWER_MS = 25

/**
 * Ends the key that somebody found, if it is one of ours that has not ended yet. Whoever holds it
 * could use it, so whoever holds it may end it; nobody learns whether it was one, not even by the
 * time it takes.
 */
export async function revokeLeakedKey(
  ctx: Context,
  trace: RequestTrace,
  secret: string,
): Promise<void> {
  await Promise.all([delay(ANSWER_MS), endFoundKey(ctx, trace, secret)])
}

async function endFoundKey(ctx: Context, trace: RequestTrace, secret: string): Promise<void> {
  const key = await findKeyBySecret(ctx, secret)
  if (!key) return
  const { id, label: name, organizationId } = key
  const holder = { type: 'key-holder', id, name, organizationId, trace } as const
  await inTransaction(ctx, async (tx) => {
    await revokeKeyIn(tx, holder, id, 'Reported as leaked')
    await noteLeak(tx, holder, id, { source: 'key-holder', url: null })
  })
}
