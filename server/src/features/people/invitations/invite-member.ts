import { INVITATION_DAYS } from '@zentrix/shared/limits.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import type { Context } from '../../context.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import type { UserPrincipal, RequestTrace } from '../../principals.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import { alreadyMember } from './accept-invitation.ts'
import { sessionClock, type SignedIn } from '../identity/find-user-principal.ts'
import { toInvitation } from './invitation-token.ts'
import {
  countOpenInvitations,
  endInvitation,
  insertInvitation,
  selectOpenInvitations,
  setInvitationExpiry,
} from './invitations.store.ts'
import { getActor, mayManage } from '../members/manage-members.ts'
import { organizationNotFound } from '../members/own-organization.ts'
import { findMember } from '../identity/people.store.ts'
import type { Invitation, InvitationsTable } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

const LIFETIME_MS = INVITATION_DAYS * DAY_MS
const MAX_OPEN_INVITATIONS = 10_000

/**
 * Invites an address to an organization. A new invitation cancels the open one; with `resend` the
 * open one lasts from now instead. Only owners invite, renew or cancel an owner's invitation.
 *
 * @param input `email` in lower case
 * @throws {SessionError} 403, 404, or 409 for the address of a member
 */
export async function inviteMember(
  ctx: Context,
  person: SignedIn,
  input: { organizationId: string; email: string; role: Role; resend?: boolean | undefined },
  trace: RequestTrace,
): Promise<Invitation> {
  const { organizationId, email, role } = input
  return inTransaction(ctx, async (tx) => {
    await holdOrganization(tx, organizationId, organizationNotFound)
    const actor = await getActor(tx, person, organizationId, trace)
    const now = sessionClock()
    const open = await selectOpenInvitations(tx.db, organizationId, email, now)
    assertMayInvite(actor, [role, ...open.map((invitation) => invitation.role)])
    if (await findMember(tx.db, organizationId, email)) throw alreadyMember()
    const expiresAt = new Date(Date.parse(now) + LIFETIME_MS).toISOString()
    if (input.resend && open[0]) return renew(tx, actor, open[0], expiresAt)
    for (const invitation of open) {
      await endInvitation(tx.db, invitation.id, 'canceled')
      await recordEvent(tx, actor, {
        action: 'member.invitation_cancelled',
        organizationId,
        changes: { email, role: invitation.role },
      })
    }
    if ((await countOpenInvitations(tx.db, organizationId, now)) >= MAX_OPEN_INVITATIONS)
      throw new SessionError(403, 'INVITATION_LIMIT_REACHED', 'Too many invitations are open')
    const row = {
      id: makeRandomId(),
      organization_id: organizationId,
      email,
      role,
      status: 'pending',
      expires_at: expiresAt,
      created_at: now,
      inviter_id: actor.id,
    }
    await insertInvitation(tx.db, row)
    await recordEvent(tx, actor, {
      action: 'member.invited',
      organizationId,
      changes: { email, role, expiresAt },
    })
    return toInvitation(tx, row)
  })
}

async function renew(
  tx: Context,
  actor: UserPrincipal,
  invitation: InvitationsTable,
  expiresAt: string,
): Promise<Invitation> {
  const { id, email, role, organization_id: organizationId, expires_at: before } = invitation
  await setInvitationExpiry(tx.db, id, expiresAt)
  await recordEvent(tx, actor, {
    action: 'member.invited',
    organizationId,
    changes: { email, role, expiresAt: { from: before, to: expiresAt } },
  })
  return toInvitation(tx, { ...invitation, expires_at: expiresAt })
}

function assertMayInvite(actor: UserPrincipal, roles: (string | null)[]): void {
  if (!mayManage(actor))
    throw new SessionError(
      403,
      'YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION',
      'You may not invite people to this organization',
    )
  if (actor.role !== 'owner' && roles.includes('owner'))
    throw new SessionError(
      403,
      'YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE',
      'Only an owner may invite an owner, or change such an invitation',
    )
}
