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
 * error. So both are held back until no verifier trusts a copy of a key from before: a key of the
 * organizations that its events are about, or that `answersFor` names; without any, of all.
 */
export async function inTransaction<T>(
  ctx: Context,
  work: (tx: Context) => Promise<T>,
): Promise<T> {
  const concerned = new Set<string | null>()
  try {
    return await inTransactionAtOnce({ ...ctx, concerned }, work)
  } finally {
    await ctx.leases.settle(organizationsIn(concerned))
  }
}

/**
 * Says in a transaction that its answer speaks of this organization's keys and service tokens, also
 * where there is nothing to change. So it waits for no verifier of others.
 */
export function answersFor(tx: Context, organizationId: string): void {
  tx.concerned?.add(organizationId)
}

function organizationsIn(concerned: ReadonlySet<string | null>): string[] | null {
  const ids = [...concerned].filter((id) => id !== null)
  return ids.length === 0 || concerned.has(null) ? null : ids
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
