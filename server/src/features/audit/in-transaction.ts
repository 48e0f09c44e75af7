import type { Context } from '../context.ts'
import { appendEvents } from './append-events.ts'
import type { PendingEvent } from './audit.store.ts'

/**
 * Runs `work` in one transaction: all of its changes are kept, together with their audit events, or
 * none is.
 *
 * `work` gets a context whose `db` is the transaction; it must not use the outer one, and it must
 * not wait for anything but the database, because on SQLite every other writer waits for it.
 *
 * Its result may say that a key has ended, also where somebody else has ended it, and so may its
 * error. So both are held back until no verifier trusts a copy of a key from before.
 */
export async function inTransaction<T>(
  ctx: Context,
  work: (tx: Context) => Promise<T>,
): Promise<T> {
  try {
    return await inTransactionAtOnce(ctx, work)
  } finally {
    await ctx.leases.settle()
  }
}

/** The same for what changes no key and says nothing about a change: it waits for no verifier. */
export function inTransactionAtOnce<T>(
  ctx: Context,
  work: (tx: Context) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction().execute(async (db) => {
    const pendingEvents: PendingEvent[] = []
    const tx = { ...ctx, db, pendingEvents }
    const result = await work(tx)
    await appendEvents(tx, pendingEvents)
    return result
  })
}
