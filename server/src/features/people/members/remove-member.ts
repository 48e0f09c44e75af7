import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { assertNotLastOwner } from './assert-not-last-owner.ts'
import { getActor, getMember, mayManage } from './manage-members.ts'
import { organizationNotFound } from './own-organization.ts'
import { deleteMember } from '../identity/people.store.ts'
import { toMember, type Member } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * Ends a membership, from the person's next request on. Admins remove everybody except owners;
 * everybody may leave; the last owner stays.
 *
 * @param input `member` is the membership's id or the person's address
 * @throws {SessionError} 403, 404, or 409 for the last owner
 */
export async function removeMember(
  ctx: Context,
  person: SignedIn,
  input: { organizationId: string; member: string },
  trace: RequestTrace,
): Promise<Member> {
  const { organizationId } = input
  return inTransaction(ctx, async (tx) => {
    await holdOrganization(tx, organizationId, organizationNotFound)
    const actor = await getActor(tx, person, organizationId, trace)
    const isSelf = [actor.email, actor.id].includes(input.member)
    if (!mayManage(actor) && !isSelf) throw notAllowed()
    const member = await getMember(tx, organizationId, isSelf ? actor.email : input.member)
    if (member.role === 'owner' && actor.role !== 'owner') throw notAllowed()
    await assertNotLastOwner(tx, member)
    await deleteMember(tx.db, organizationId, member.user_id)
    await recordEvent(tx, actor, {
      action: 'member.removed',
      organizationId,
      changes: { userId: member.user_id, name: member.name, role: member.role },
    })
    return toMember(member)
  })
}

function notAllowed(): SessionError {
  return new SessionError(
    403,
    'YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER',
    'You may not remove this member',
  )
}
