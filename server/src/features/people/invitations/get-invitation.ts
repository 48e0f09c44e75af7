import type { Context } from '../../context.ts'
import { sessionClock, type SignedIn } from '../identity/find-user-principal.ts'
import { readInvitationToken, toInvitation } from './invitation-token.ts'
import { findInvitationWithNames } from './invitations.store.ts'
import type { Invitation } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

type InvitationWithNames = Invitation & {
  organizationName: string
  organizationSlug: string
  inviterEmail: string
}

/**
 * The invitation that a signed-in person has the link of, before they answer it.
 *
 * @throws {SessionError} 404 when it is not theirs or can no longer be accepted
 */
export async function getInvitation(
  ctx: Context,
  { email }: SignedIn,
  token: string,
): Promise<InvitationWithNames> {
  const id = readInvitationToken(ctx, token)
  const found = id && (await findInvitationWithNames(ctx.db, id, email, sessionClock()))
  if (!found) throw invitationNotFound()
  const { organizationName, organizationSlug, inviterEmail, ...row } = found
  return { ...toInvitation(ctx, row), organizationName, organizationSlug, inviterEmail }
}

/** The same error for an unknown invitation, an ended one, and one for somebody else. */
export function invitationNotFound(): SessionError {
  return new SessionError(
    404,
    'INVITATION_NOT_FOUND',
    'This invitation is not for your address, or can no longer be used',
  )
}
