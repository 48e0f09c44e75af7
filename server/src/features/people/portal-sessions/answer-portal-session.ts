import type { Context } from '../../context.ts'
import type { Named } from '../../principals.ts'
import { sessionCookie } from '../identity/session-cookie.ts'
import { SessionError } from '../identity/session-error.ts'
import { findPortalPerson, toHandOff } from './find-portal-person.ts'
import { hashPortalSecret } from './portal-token.ts'
import { deletePortalSession } from './portal-sessions.store.ts'

/**
 * Answers what a person whom the platform handed over asks under `/api/session`: who they are, and
 * to sign out. They have no account, and members and invitations are not for them.
 *
 * @throws {SessionError} 403 for anything else, or 401 once the session has ended
 */
export async function answerPortalSession(
  ctx: Context,
  token: string,
  { path, named }: { path: string; named: Named },
): Promise<Response> {
  if (path === 'ok') return Response.json({ ok: true })
  if (path === 'sign-out') return signOut(ctx, token)
  const person = await findPortalPerson(ctx, token, named)
  if (path === 'get-session') {
    if (person === undefined) return Response.json(null)
    const { userId, name, email, organizationId, expiresAt } = person
    return Response.json({
      // As in better-auth's answers it identifies the session, and gives no access.
      session: {
        token: hashPortalSecret(token),
        userId,
        expiresAt,
        activeOrganizationId: organizationId,
      },
      user: { id: userId, name, email },
      handOff: toHandOff(ctx, person),
    })
  }
  throw person === undefined
    ? new SessionError(401, 'UNAUTHORIZED', 'Sign in to continue')
    : new SessionError(403, 'FORBIDDEN', 'This session is for the keys of one organization alone')
}

async function signOut(ctx: Context, token: string): Promise<Response> {
  await deletePortalSession(ctx.db, hashPortalSecret(token))
  return Response.json({ success: true }, { headers: { 'Set-Cookie': sessionCookie(ctx, '', 0) } })
}
