import type { Role } from '@zentrix/shared/scopes.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { assertNotLastOwner } from './assert-not-last-owner.ts'
import { getActor, getMember, mayManage } from './manage-members.ts'
import { organizationNotFound } from './own-organization.ts'
import { setRole } from '../identity/people.store.ts'
import { SessionError } from '../identity/session-error.ts'
import { toMember, type Member } from '../../../store/schema/people/people.ts'

/**
 * Changes a member's role, from the member's next request on. Only an owner makes or unmakes
 * owners, and the last owner stays one.
 *
 * @throws {SessionError} 403, 404, or 409 for the last owner
 */
export async function changeRole(
  ctx: Context,
  person: SignedIn,
  input: { organizationId: string; memberId: string; role: Role },
  trace: RequestTrace,
): Promise<Member> {
  const { organizationId, role } = input
  return inTransaction(ctx, async (tx) => {
    await holdOrganization(tx, organizationId, organizationNotFound)
    const actor = await getActor(tx, person, organizationId, trace)
    if (!mayManage(actor)) throw notAllowed()
    const member = await getMember(tx, organizationId, input.memberId)
    if ((member.role === 'owner' || role === 'owner') && actor.role !== 'owner') throw notAllowed()
    if (member.role === role) return toMember(member)
    await assertNotLastOwner(tx, member)
    await setRole(tx.db, organizationId, member.id, role)
    await recordEvent(tx, actor, {
      action: 'member.role_changed',
      organizationId,
      changes: {
        userId: member.user_id,
        name: member.name,
        role: { from: member.role, to: role },
      },
    })
    return toMember({ ...member, role })
  })
}

function notAllowed(): SessionError {
  return new SessionError(
    403,
    'YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER',
    'You may not change this role',
  )
}
