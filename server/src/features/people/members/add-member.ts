import type { Role } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { systemPrincipal, type Principal, type RequestTrace } from '../../principals.ts'
import { recordEvent } from '../../audit/record-event.ts'
import { insertMember } from '../identity/people.store.ts'
import type { MemberRow } from '../../../store/schema/people/people.ts'

/**
 * Makes a person a member. The person is the actor of the event; without a trace, the service is.
 *
 * @param tx in an open transaction
 */
export async function addMember(
  tx: Context,
  user: { id: string; name: string; email: string },
  organizationId: string,
  role: Role,
  trace: RequestTrace | null,
): Promise<MemberRow> {
  const member = {
    id: makeRandomId(),
    organization_id: organizationId,
    user_id: user.id,
    role,
    created_at: tx.now(),
  }
  await insertMember(tx.db, member)
  const { id, name, email } = user
  const actor: Principal = trace
    ? { type: 'user', id, name, email, organizationId, role, trace, isHandedOff: false }
    : systemPrincipal
  await recordEvent(tx, actor, {
    action: 'member.added',
    organizationId,
    changes: { userId: id, name, role },
  })
  return member
}
