import type { Context } from '../context.ts'
import { appendEvents } from './append-events.ts'
import type { PendingEvent } from './audit.store.ts'

/**
 * Runs `work` in one transaction: all of its changes are kept, together with their audit events, or
 * none is.
 *
 * `work` gets a context whose `db` is the transaction; it must not use the outer one, and it must
 * not wait for anything but the database, because on SQLite every other writer waits for it.
 */
export function inTransaction<T>(ctx: Context, work: (tx: Context) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute(async (db) => {
    const pendingEvents: PendingEvent[] = []
    const tx = { ...ctx, db, pendingEvents }
    const result = await work(tx)
    await appendEvents(tx, pendingEvents)
    return result
  })
}
