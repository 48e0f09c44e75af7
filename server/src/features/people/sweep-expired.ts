import type { Context } from '../context.ts'
import { sessionClock } from './identity/find-user-principal.ts'
import { deleteExpiredSessions } from './identity/people.store.ts'
import { deleteExpiredVerifications } from './identity/verifications.store.ts'
import {
  deleteExpiredPortalLinks,
  deleteExpiredPortalSessions,
} from './portal-sessions/portal-sessions.store.ts'

const sweeps = [
  deleteExpiredSessions,
  deleteExpiredVerifications,
  deleteExpiredPortalLinks,
  deleteExpiredPortalSessions,
]

// Small enough that no other transaction waits long for this one.
const BATCH = 1000

/** Deletes expired sessions, links, unfinished sign-ins and counts. */
export async function sweepExpired(ctx: Context, signal: AbortSignal): Promise<void> {
  const now = sessionClock()
  for (const deleteExpired of sweeps) {
    let deleted = BATCH
    while (deleted === BATCH) {
      deleted = await deleteExpired(ctx.db, now, BATCH)
      if (signal.aborted) break
    }
  }
}
