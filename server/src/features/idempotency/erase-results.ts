import type { Context } from '../context.ts'
import { deleteExpiredResults } from './idempotency.store.ts'

/** Erases the results that no retry gets any more. */
export async function eraseResults(ctx: Context): Promise<void> {
  await deleteExpiredResults(ctx.db, ctx.now())
}
