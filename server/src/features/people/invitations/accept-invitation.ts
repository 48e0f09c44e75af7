import { Role } from '@zentrix/shared/schemas/scopes.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { addMember } from '../members/add-member.ts'
import { sessionClock, type SignedIn } from '../identity/find-user-principal.ts'
import { invitationNotFound } from './get-invitation.ts'
import { readInvitationToken, toInvitation } from './invitation-token.ts'
import { endInvitation, findOpenInvitation } from './invitations.store.ts'
import { findMemberOfUser, setActiveOrganization } from '../identity/people.store.ts'
import { toMember, type Invitation, type Member } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * Makes a signed-in person a member of the organization that invited their address, and makes that
 * organization the active one.
 *
 * @throws {SessionError} 404 when the invitation is not theirs or can no longer be accepted,
 *   409 for a member
 */
export async function acceptInvitation(
  ctx: Context,
  person: SignedIn,
  token: string,
  trace: RequestTrace,
): Promise<{ invitation: Invitation; member: Member }> {
  const { email, userId: id, name } = person
  const invitationId = readInvitationToken(ctx, token)
  return inTransaction(ctx, async (tx) => {
    const invitation =
      invitationId && (await findOpenInvitation(tx.db, invitationId, email, sessionClock()))
    if (!invitation) throw invitationNotFound()
    const { organization_id: organizationId } = invitation
    await holdOrganization(tx, organizationId)
    if (await findMemberOfUser(tx.db, organizationId, id)) throw alreadyMember()
    if (!(await endInvitation(tx.db, invitation.id, 'accepted'))) throw invitationNotFound()
    const role = Role.parse(invitation.role)
    const member = await addMember(tx, { id, name, email }, organizationId, role, trace)
    await setActiveOrganization(tx.db, person.token, organizationId)
    return {
      invitation: toInvitation(tx, { ...invitation, status: 'accepted' }),
      member: toMember(member),
    }
  })
}

export function alreadyMember(): SessionError {
  return new SessionError(
    409,
    'USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION',
    'This person is a member of the organization already',
  )
}
