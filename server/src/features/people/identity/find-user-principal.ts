import { OrganizationId } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../../lib/errors.ts'
import type { Named, UserPrincipal, RequestTrace } from '../../principals.ts'
import { findSession, type SecondFactor } from './find-session.store.ts'
import { noteSeen } from './note-seen.ts'
import { readSessionToken } from './session-cookie.ts'

/** A person with a live session, in any organization or in none. */
export type SignedIn = {
  token: string
  userId: string
  name: string
  email: string
  /** The organization of the page, else the active one, even if the person is no longer a member of it. */
  organizationId: string | null
  role: UserPrincipal['role'] | null
  /** Whether the organization asks for a second factor, and the person has none. */
  secondFactor: SecondFactor
}

// better-auth dates sessions and invitations by the system's clock, so they are judged by it too.
export function sessionClock(): string {
  return new Date().toISOString()
}

/**
 * The person with the session of this cookie, from the database each time; undefined without one.
 * An outage throws: it never looks like a person who has signed out.
 *
 * @param named what the page shows; its organization takes the place of the session's active one
 * @throws {ConflictError} `SESSION_CHANGED` when the page shows another person
 * @throws {NotFoundError} when the person is not in the organization that the page shows
 */
export async function findSignedIn(
  ctx: Context,
  cookieHeader: string | undefined,
  named: Named,
): Promise<SignedIn | undefined> {
  const token = readSessionToken(ctx, cookieHeader)
  if (token === undefined) return undefined
  const now = sessionClock()
  const found = await findSession(ctx.committed, token, now, organizationOf(named))
  if (found === undefined) return undefined
  const { lastSeenAt, ...session } = found
  assertShown(named, session.userId, named.organizationId === undefined || session.role !== null)
  const { organizationId, userId } = session
  if (organizationId !== null && session.role !== null)
    noteSeen(ctx, { organizationId, userId, lastSeenAt }, now)
  return { token, ...session }
}

/**
 * Asserts that a page shows the person of the session, and an organization of theirs.
 *
 * @throws {ConflictError} `SESSION_CHANGED` when it shows another person
 * @throws {NotFoundError} when the person is not in the organization that it shows
 */
export function assertShown(named: Named, userId: string, isInside: boolean): void {
  if (named.userId !== undefined && named.userId !== userId)
    throw new ConflictError('Somebody else has signed in since: reload the page', 'SESSION_CHANGED')
  if (!isInside) throw new NotFoundError('Organization not found')
}

// A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL.
function organizationOf({ organizationId }: Named): string | null {
  if (organizationId === undefined) return null
  return OrganizationId.safeParse(organizationId).success ? organizationId : ''
}

/**
 * The person behind a session cookie, as a principal in the organization that the page shows, or
 * else in the active one. A changed role or a removal shows at once, because the membership is
 * joined on every request.
 *
 * @returns `no-organization` for a person who is signed in but belongs to none at the moment, and
 *   `no-second-factor` for one whose organization asks for what they have not set up
 * @throws {AppError} as `findSignedIn`
 */
export async function findUserPrincipal(
  ctx: Context,
  cookieHeader: string | undefined,
  named: Named,
  trace: RequestTrace,
): Promise<UserPrincipal | 'no-organization' | 'no-second-factor' | undefined> {
  const person = await findSignedIn(ctx, cookieHeader, named)
  if (person === undefined) return undefined
  const { userId: id, name, email, organizationId, role } = person
  if (organizationId === null || role === null) return 'no-organization'
  if (person.secondFactor === 'missing') return 'no-second-factor'
  return { type: 'user', id, name, email, organizationId, role, trace, isHandedOff: false }
}
