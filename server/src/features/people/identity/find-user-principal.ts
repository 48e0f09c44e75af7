import type { Context } from '../../context.ts'
import type { UserPrincipal, RequestTrace } from '../../principals.ts'
import { findSession } from './people.store.ts'
import { readSessionToken } from './session-cookie.ts'

/** A person with a live session, in any organization or in none. */
export type SignedIn = {
  token: string
  userId: string
  name: string
  email: string
  /** The active organization, even if the person is no longer a member of it. */
  organizationId: string | null
  role: UserPrincipal['role'] | null
}

// better-auth dates sessions and invitations by the system's clock, so they are judged by it too.
export function sessionClock(): string {
  return new Date().toISOString()
}

/**
 * The person with the session of this cookie, from the database each time; undefined without one.
 * An outage throws: it never looks like a person who has signed out.
 */
export async function findSignedIn(
  ctx: Context,
  cookieHeader: string | undefined,
): Promise<SignedIn | undefined> {
  const token = readSessionToken(ctx, cookieHeader)
  if (token === undefined) return undefined
  const session = await findSession(ctx.committed, token, sessionClock())
  return session && { token, ...session }
}

/**
 * The person behind a session cookie, as a principal in the active organization. A changed role
 * or a removal shows at once, because the membership is joined on every request.
 *
 * @returns `no-organization` for a person who is signed in but belongs to none at the moment
 */
export async function findUserPrincipal(
  ctx: Context,
  cookieHeader: string | undefined,
  trace: RequestTrace,
): Promise<UserPrincipal | 'no-organization' | undefined> {
  const person = await findSignedIn(ctx, cookieHeader)
  if (person === undefined) return undefined
  const { userId: id, name, email, organizationId, role } = person
  if (organizationId === null || role === null) return 'no-organization'
  return { type: 'user', id, name, email, organizationId, role, trace }
}
