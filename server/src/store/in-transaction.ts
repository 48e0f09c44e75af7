import type { Context } from '../context.ts'

/**
 * Runs `work` in one transaction: all of its changes are kept, or none.
 *
 * `work` gets a context whose `db` is the transaction; it must not use the outer one, and it must
 * not wait for anything but the database, because on SQLite every other writer waits for it.
 */
export function inTransaction<T>(ctx: Context, work: (tx: Context) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute((db) => work({ ...ctx, db }))
}
