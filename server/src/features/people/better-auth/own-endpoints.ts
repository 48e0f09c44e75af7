import * as z from 'zod'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { acceptInvitation } from '../invitations/accept-invitation.ts'
import { cancelInvitation } from '../invitations/cancel-invitation.ts'
import { changeRole } from '../members/change-role.ts'
import { oneRole, text } from './endpoints.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { getInvitation } from '../invitations/get-invitation.ts'
import { inviteByMail } from '../invitations/invite-by-mail.ts'
import { rejectInvitation } from '../invitations/reject-invitation.ts'
import { removeMember } from '../members/remove-member.ts'
import { SessionError } from '../identity/session-error.ts'

type OwnEndpoint = {
  method: 'GET' | 'POST'
  input: z.ZodType
  answer(ctx: Context, person: SignedIn, input: unknown, trace: RequestTrace): Promise<unknown>
}

function own<Input>(
  method: 'GET' | 'POST',
  input: z.ZodType<Input>,
  answer: (ctx: Context, person: SignedIn, input: Input, trace: RequestTrace) => Promise<unknown>,
): OwnEndpoint {
  return {
    method,
    input,
    answer: (ctx, person, given, trace) => answer(ctx, person, given as Input, trace),
  }
}

/**
 * The endpoints whose rules better-auth does not hold when two requests meet (an organization
 * keeps an owner, a membership changes together with its audit event), or that would tell too
 * much: the paths and bodies are the library's, the work is ours. All of them need a session.
 */
export const ownEndpoints: Record<string, OwnEndpoint> = {
  'organization/accept-invitation': own(
    'POST',
    z.object({ invitationId: text }),
    (ctx, person, { invitationId }, trace) => acceptInvitation(ctx, person, invitationId, trace),
  ),
  'organization/get-invitation': own('GET', z.object({ id: text }), (ctx, person, { id }) =>
    getInvitation(ctx, person, id),
  ),
  'organization/reject-invitation': own(
    'POST',
    z.object({ invitationId: text }),
    (ctx, person, { invitationId }, trace) => rejectInvitation(ctx, person, invitationId, trace),
  ),
  'organization/cancel-invitation': own(
    'POST',
    z.object({ invitationId: text }),
    (ctx, person, { invitationId }, trace) => cancelInvitation(ctx, person, invitationId, trace),
  ),
  'organization/invite-member': own(
    'POST',
    z.object({
      organizationId: text.optional(),
      email: z.email('Must be an e-mail address').max(254).toLowerCase(),
      role: oneRole,
      resend: z.boolean().optional(),
    }),
    (ctx, person, { organizationId, ...input }, trace) =>
      inviteByMail(
        ctx,
        person,
        { ...input, organizationId: organizationId ?? activeOf(person) },
        trace,
      ),
  ),
  'organization/update-member-role': own(
    'POST',
    z.object({ memberId: text, role: oneRole, organizationId: text.optional() }),
    (ctx, person, { memberId, role, organizationId }, trace) =>
      changeRole(
        ctx,
        person,
        { organizationId: organizationId ?? activeOf(person), memberId, role },
        trace,
      ),
  ),
  'organization/remove-member': own(
    'POST',
    z.object({ memberIdOrEmail: text, organizationId: text.optional() }),
    async (ctx, person, { memberIdOrEmail: member, organizationId }, trace) => ({
      member: await removeMember(
        ctx,
        person,
        { organizationId: organizationId ?? activeOf(person), member },
        trace,
      ),
    }),
  ),
  'organization/leave': own(
    'POST',
    z.object({ organizationId: text }),
    (ctx, person, { organizationId }, trace) =>
      removeMember(ctx, person, { organizationId, member: person.email }, trace),
  ),
}

function activeOf({ organizationId }: SignedIn): string {
  if (organizationId === null)
    throw new SessionError(400, 'NO_ACTIVE_ORGANIZATION', 'No organization is active')
  return organizationId
}
