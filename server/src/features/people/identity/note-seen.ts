import type { Context } from '../../context.ts'
import { setLastSeen } from './people.store.ts'

const SEEN_EVERY_MS = 5 * 60_000

type Seen = { organizationId: string; userId: string; lastSeenAt: string | null }

/** By database, the memberships that are being written. */
const underWay = new WeakMap<Context['database'], Set<string>>()

/**
 * Notes that a member is here, with at most one write in five minutes. Nobody waits for it, and a
 * failure changes no answer: the next request tries again.
 *
 * @param now by the clock of sessions
 */
export function noteSeen(
  ctx: Context,
  { organizationId, userId, lastSeenAt }: Seen,
  now: string,
): void {
  const sinceMs = lastSeenAt === null ? Infinity : Date.parse(now) - Date.parse(lastSeenAt)
  if (sinceMs < SEEN_EVERY_MS) return
  const id = `${organizationId} ${userId}`
  const ids = underWay.get(ctx.database) ?? new Set()
  underWay.set(ctx.database, ids)
  if (ids.has(id)) return
  ids.add(id)
  setLastSeen(ctx.database.db, organizationId, userId, now)
    .catch((error: unknown) => ctx.log.debug(error, 'it could not be noted that a member was here'))
    .finally(() => ids.delete(id))
}
