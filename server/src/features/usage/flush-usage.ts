import type { Context } from '../../context.ts'
import { inTransaction } from '../../store/in-transaction.ts'
import { upsertUses } from './usage.store.ts'

const FLUSH_INTERVAL_MS = 500

/** Writes every buffered use. What cannot be written stays in the buffer for the next time. */
export async function flushUsage(ctx: Context): Promise<void> {
  const buffer = ctx.uses.drain()
  if (buffer.keys.size === 0 && buffer.serviceTokens.size === 0) return
  try {
    await inTransaction(ctx, (tx) => upsertUses(tx.db, buffer))
  } catch (error) {
    ctx.uses.restore(buffer)
    ctx.log.warn({ err: error }, 'uses could not be written; they are kept for the next attempt')
  }
}

/** Flushes again and again until the returned function is called, which flushes a last time. */
export function startFlushing(ctx: Context): () => Promise<void> {
  let flushing = Promise.resolve()
  const timer = setInterval(() => {
    flushing = flushing.then(() => flushUsage(ctx))
  }, FLUSH_INTERVAL_MS)
  return async () => {
    clearInterval(timer)
    await flushing
    await flushUsage(ctx)
  }
}
