// Who may begin a session, and who gets a lease: an organization's own services can neither take the
// place of others nor hold up changes again and again.
import { isLate, type Clock, type Poller, type Session } from '../lease-session.ts'

/** A session is remembered so long after its lease, so that its verifier need not begin again. */
export const REMEMBERED_MS = 20_000

export type SessionLimits = {
  /** Of all tokens. */
  all: number
  /** Of one token of the platform. */
  ofToken: number
  /** Of all tokens that are limited to organizations; the rest is kept for the platform. */
  limited: number
  /** Of the tokens that are limited to the same organizations. */
  ofOrganizations: number
}

export const sessionLimits: SessionLimits = {
  all: 2000,
  ofToken: 500,
  limited: 1000,
  ofOrganizations: 100,
}

type Holder = Pick<Poller, 'tokenId' | 'organizationIds'>

/** Whether one more session fits beside those that are remembered. */
export function hasRoomFor(
  holder: Holder,
  sessions: ReadonlyMap<string, Session>,
  limits: SessionLimits,
): boolean {
  if (sessions.size >= limits.all) return false
  let limited = 0
  let alike = 0
  for (const session of sessions.values()) {
    if (session.organizationIds !== null) limited++
    if (areAlike(session, holder)) alike++
  }
  if (holder.organizationIds === null) return alike < limits.ofToken
  return limited < limits.limited && alike < limits.ofOrganizations
}

/**
 * Whether a session gets no lease because one of a token limited to the same organizations has let a
 * change wait, before this one began. Otherwise a service that never confirms could hold up every
 * change, by beginning sessions again and again. A token of the platform is the operator's own.
 */
export function isDistrusted(
  holder: Holder & Pick<Session, 'begunAtMs'>,
  sessions: ReadonlyMap<string, Session>,
  now: Clock,
): boolean {
  if (holder.organizationIds === null) return false
  for (const session of sessions.values()) {
    const isOther = session !== holder && session.behindSinceMs >= holder.begunAtMs
    if (!isOther && hasFailed(session, now) && areAlike(session, holder)) return true
  }
  return false
}

/** Whether a change waits, or has lately waited, for a lease of this session to run out. */
function hasFailed(session: Session, now: Clock): boolean {
  const { behindSinceMs, untilMs, failedAtMs } = session
  if (now.monoMs - failedAtMs < REMEMBERED_MS) return true
  return isLate(session, now) && behindSinceMs < untilMs
}

/** Whether sessions count together: of one token, or limited to the same organizations. */
function areAlike(one: Holder, other: Holder): boolean {
  const [some, others] = [one.organizationIds, other.organizationIds]
  if (some === null || others === null) return one.tokenId === other.tokenId
  return some.length === others.length && some.every((id) => others.includes(id))
}
