import type * as z from 'zod'
import { sessionInputs } from '@zentrix/shared/routes/people/sessions.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { acceptInvitation } from '../invitations/accept-invitation.ts'
import { cancelInvitation } from '../invitations/cancel-invitation.ts'
import { changeRole } from '../members/change-role.ts'
import { getMember } from '../members/get-member.ts'
import { listMembers } from '../members/list-members.ts'
import { readSessionInput } from './read-session-input.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { getInvitation } from '../invitations/get-invitation.ts'
import { inviteByMail } from '../invitations/invite-by-mail.ts'
import { rejectInvitation } from '../invitations/reject-invitation.ts'
import { removeMember } from '../members/remove-member.ts'
import { SessionError } from '../identity/session-error.ts'

type Answer<Input> = (
  ctx: Context,
  person: SignedIn,
  input: Input,
  trace: RequestTrace,
) => Promise<unknown>

export type OwnAnswer = Answer<unknown>

type Outputs = {
  [Name in keyof typeof sessionInputs]: z.output<(typeof sessionInputs)[Name]>
}
const inputs: { [Name in keyof Outputs]: z.ZodType<Outputs[Name]> } = sessionInputs

/** Checks the input of the endpoint first. */
function own<Name extends keyof Outputs>(
  name: Name,
  answer: Answer<Outputs[Name]>,
): [name: string, OwnAnswer] {
  return [
    name,
    (ctx, person, given, trace) =>
      answer(ctx, person, readSessionInput(inputs[name], given), trace),
  ]
}

/**
 * The endpoints that we answer ourselves, at the library's paths and with its bodies: better-auth
 * would break their rules when two requests meet (an organization keeps an owner, a membership
 * changes together with its audit event), would reveal too much, or would take too long. All of
 * them need a session.
 */
export const ownEndpoints = new Map([
  own('POST /api/session/organization/accept-invitation', (ctx, person, { invitationId }, trace) =>
    acceptInvitation(ctx, person, invitationId, trace),
  ),
  own('GET /api/session/organization/get-invitation', (ctx, person, { id }) =>
    getInvitation(ctx, person, id),
  ),
  own('POST /api/session/organization/reject-invitation', (ctx, person, { invitationId }, trace) =>
    rejectInvitation(ctx, person, invitationId, trace),
  ),
  own('POST /api/session/organization/cancel-invitation', (ctx, person, { invitationId }, trace) =>
    cancelInvitation(ctx, person, invitationId, trace),
  ),
  own(
    'POST /api/session/organization/invite-member',
    (ctx, person, { organizationId, ...input }, trace) =>
      inviteByMail(
        ctx,
        person,
        { ...input, organizationId: organizationId ?? activeOf(person) },
        trace,
      ),
  ),
  own('GET /api/session/organization/get-active-member', (ctx, person) =>
    getMember(ctx, person, activeOf(person)),
  ),
  own('GET /api/session/organization/list-members', (ctx, person, input) => {
    const id = input.organizationId || undefined
    const slug = input.organizationSlug || undefined
    const by = id === undefined && slug === undefined ? { id: activeOf(person) } : { id, slug }
    return listMembers(ctx, person, by, {
      limit: Number(input.limit),
      offset: Number(input.offset ?? 0),
      sortBy: input.sortBy ?? 'createdAt',
      sortDirection: input.sortDirection ?? 'asc',
    })
  }),
  own(
    'POST /api/session/organization/update-member-role',
    (ctx, person, { memberId, role, organizationId }, trace) =>
      changeRole(
        ctx,
        person,
        { organizationId: organizationId ?? activeOf(person), memberId, role },
        trace,
      ),
  ),
  own(
    'POST /api/session/organization/remove-member',
    async (ctx, person, { memberIdOrEmail: member, organizationId }, trace) => ({
      member: await removeMember(
        ctx,
        person,
        { organizationId: organizationId ?? activeOf(person), member },
        trace,
      ),
    }),
  ),
  own('POST /api/session/organization/leave', (ctx, person, { organizationId }, trace) =>
    removeMember(ctx, person, { organizationId, member: person.email }, trace),
  ),
])

function activeOf({ organizationId }: SignedIn): string {
  if (organizationId === null)
    throw new SessionError(400, 'NO_ACTIVE_ORGANIZATION', 'No organization is active')
  return organizationId
}
