// The changes that the sessions of a process have confirmed: all sessions, or those of some
// organizations.
import { mayHoldKeysOf, type Clock, type Session } from './lease-session.ts'

/** Beyond so many organizations, a node says only what all sessions have confirmed. */
const MAX_ORGANIZATIONS = 100

/** How far the sessions of a node have come. */
export type Confirmed = {
  /** The last change that all sessions have confirmed. */
  confirmed: number
  /** Null where `confirmed` says it all. */
  behind: Behind | null
}

/**
 * The sessions that have not confirmed the head of the log: the last change that those have
 * confirmed which are limited to an organization, and, under null, those that are not limited.
 */
export type Behind = { head: number; organizations: readonly (readonly [string | null, number])[] }

/** The last change that all sessions have confirmed which may hold copies of these organizations' keys. */
export function confirmedFor(
  { confirmed, behind }: Confirmed,
  organizationIds: readonly string[] | null,
): number {
  if (behind === null || organizationIds === null) return confirmed
  let least = behind.head
  for (const [id, itsConfirmed] of behind.organizations)
    if (id === null || organizationIds.includes(id)) least = Math.min(least, itsConfirmed)
  return least
}

/** The changes that all sessions with a running lease have confirmed. */
export function confirmedBy(sessions: Iterable<Session>, head: number, now: Clock): Confirmed {
  let confirmed = head
  const organizations = new Map<string | null, number>()
  for (const { untilMs, behindFrom, organizationIds } of sessions) {
    if (untilMs <= now.monoMs || behindFrom > head) continue
    confirmed = Math.min(confirmed, behindFrom - 1)
    for (const id of organizationIds ?? [null]) {
      if (organizations.size > MAX_ORGANIZATIONS) break
      organizations.set(id, Math.min(organizations.get(id) ?? head, behindFrom - 1))
    }
  }
  const isBehind = organizations.size > 0 && organizations.size <= MAX_ORGANIZATIONS
  return { confirmed, behind: isBehind ? { head, organizations: [...organizations] } : null }
}

/**
 * When the last of the leases runs out that may be trusted to copies from before a change, by the
 * monotonic clock; -Infinity where none is.
 */
export function unconfirmedUntilMs(
  sessions: Iterable<Session>,
  seq: number,
  organizationIds: readonly string[] | null,
  head: number,
  now: Clock,
): number {
  let certainMs = -Infinity
  for (const session of sessions) {
    const { untilMs, behindFrom } = session
    const isConfirmed = behindFrom > seq && head >= seq
    if (isConfirmed || untilMs <= now.monoMs || untilMs <= certainMs) continue
    // An entry that is not read yet may give its token other organizations.
    if (head < seq || mayHoldKeysOf(session, organizationIds)) certainMs = untilMs
  }
  return certainMs
}
