// The entries of the log that a session has applied, and those that it has not.
import type { LeaseChange } from '@zentrix/shared/verification/leases.ts'
import type { RecentChanges } from '../changes/recent-changes.ts'
import { concerns, endByGap, endByToken, type LogEntry, type Session } from '../lease-session.ts'

/** Takes a session's word that it has applied all up to a change. */
export function confirm(session: Session, applied: number, log: RecentChanges): void {
  session.applied = Math.max(session.applied, applied)
  if (session.behindFrom > session.applied || session.isEnded) return
  const missed = log.since(session.applied)
  if (missed === undefined) endByGap(session)
  else
    endByToken(
      session,
      missed.map(({ entry }) => entry),
    )
  const behind = missed?.find(({ entry }) => concerns(session, entry))
  session.behindFrom = behind?.entry.seq ?? (session.isEnded ? session.applied + 1 : Infinity)
  session.behindSinceMs = behind?.knownSinceMs ?? session.behindSinceMs
}

/**
 * Takes what is new in the log.
 *
 * @param isGap whether changes are missing before it
 * @returns whether it concerns the session
 */
export function fallBehind(
  session: Session,
  news: readonly LogEntry[],
  isGap: boolean,
  firstNew: number,
  nowMs: number,
): boolean {
  const first = news.find((entry) => concerns(session, entry))
  if (first === undefined && !isGap) return false
  if (isGap) endByGap(session)
  else endByToken(session, news)
  if (session.behindFrom === Infinity) session.behindSinceMs = nowMs
  session.behindFrom = Math.min(session.behindFrom, isGap ? firstNew : (first?.seq ?? firstNew))
  return true
}

/** The changes that a session has not applied; undefined where they are no longer known. */
export function changesFor(session: Session, log: RecentChanges): LeaseChange[] | undefined {
  return log
    .since(session.applied)
    ?.flatMap(({ entry }) =>
      'keyId' in entry && concerns(session, entry) ? [{ seq: entry.seq, keyId: entry.keyId }] : [],
    )
}
