import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../../audit/record-event.ts'
import { sessionClock, type SignedIn } from '../identity/find-user-principal.ts'
import { invitationNotFound } from './get-invitation.ts'
import { readInvitationToken, toInvitation } from './invitation-token.ts'
import { endInvitation, findOpenInvitation } from './invitations.store.ts'
import type { Invitation } from '../../../store/schema/people/people.ts'

/**
 * Declines an invitation, for good.
 *
 * @throws {SessionError} 404 when it is not theirs or can no longer be accepted
 */
export async function rejectInvitation(
  ctx: Context,
  { userId, name, email }: SignedIn,
  token: string,
  trace: RequestTrace,
): Promise<{ invitation: Invitation; member: null }> {
  const id = readInvitationToken(ctx, token)
  return inTransaction(ctx, async (tx) => {
    const row = id && (await findOpenInvitation(tx.db, id, email, sessionClock()))
    if (row) await holdOrganization(tx, row.organization_id)
    if (!row || !(await endInvitation(tx.db, row.id, 'rejected'))) throw invitationNotFound()
    const actor: Actor = { type: 'user', id: userId, name, trace }
    await recordEvent(tx, actor, {
      action: 'member.invitation_declined',
      organizationId: row.organization_id,
      changes: { email, role: row.role },
    })
    return { invitation: toInvitation(tx, { ...row, status: 'rejected' }), member: null }
  })
}
