import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { invitationNotFound } from './get-invitation.ts'
import { readInvitationToken, toInvitation } from './invitation-token.ts'
import { endInvitation, findInvitation } from './invitations.store.ts'
import { getActor, mayManage } from '../members/manage-members.ts'
import { findMemberOfUser } from '../identity/people.store.ts'
import type { Invitation } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * Cancels an invitation; an ended one stays as it is. Only owners cancel an invitation to be owner.
 *
 * @param tokenOrId the id is enough: managers need no proof that they have the link
 * @throws {SessionError} 403, or 404, also for an invitation of another organization
 */
export async function cancelInvitation(
  ctx: Context,
  person: SignedIn,
  tokenOrId: string,
  trace: RequestTrace,
): Promise<Invitation> {
  const id = tokenOrId.includes('.') ? readInvitationToken(ctx, tokenOrId) : tokenOrId
  return inTransaction(ctx, async (tx) => {
    const found = await lockInvitation(tx, id)
    if (!found || !(await findMemberOfUser(tx.db, found.organization_id, person.userId)))
      throw invitationNotFound()
    const actor = await getActor(tx, person, found.organization_id, trace)
    if (!mayManage(actor) || (found.role === 'owner' && actor.role !== 'owner')) throw notAllowed()
    const isCanceled = await endInvitation(tx.db, found.id, 'canceled')
    if (isCanceled)
      await recordEvent(tx, actor, {
        action: 'member.invitation_cancelled',
        organizationId: found.organization_id,
        changes: { email: found.email, role: found.role },
      })
    const status = isCanceled ? 'canceled' : found.status
    return toInvitation(tx, { ...found, status })
  })
}

/** An invitation with its organization held, so that nobody else can end it meanwhile. */
async function lockInvitation(tx: Context, id: string | undefined) {
  const found = id === undefined ? undefined : await findInvitation(tx.db, id)
  if (!found) return undefined
  await holdOrganization(tx, found.organization_id)
  return findInvitation(tx.db, found.id)
}

function notAllowed(): SessionError {
  return new SessionError(
    403,
    'YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION',
    'You may not cancel this invitation',
  )
}
