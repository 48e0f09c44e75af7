import type { Context } from '../../context.ts'
import { sessionClock } from './find-user-principal.ts'
import { deleteExpiredSessions } from './people.store.ts'
import { deleteExpiredVerifications } from './verifications.store.ts'

// Small transactions, so that nobody else waits long for the database.
const BATCH = 1000

/** Deletes sessions, links, half-done sign-ins and counts that have expired. */
export async function forgetPeople(ctx: Context, signal: AbortSignal): Promise<void> {
  const now = sessionClock()
  for (const deleteExpired of [deleteExpiredSessions, deleteExpiredVerifications]) {
    let deleted = BATCH
    while (deleted === BATCH) {
      deleted = await deleteExpired(ctx.db, now, BATCH)
      if (signal.aborted) break
    }
  }
}
