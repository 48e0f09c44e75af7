import { Role } from '@zentrix/shared/schemas/scopes.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { withoutLinks } from '../mail/smtp.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { inviteMember } from './invite-member.ts'
import { selectOrganizationName } from './invitations.store.ts'
import type { Invitation } from '../../../store/schema/people/people.ts'
import { sendMail, type MailOutcome } from '../mail/send-mail.ts'

/**
 * Invites a person, and mails the link if there is a mail server. The invitation stands without the
 * mail too: the inviter gets the link, and can send it by hand.
 *
 * @throws {SessionError} as `inviteMember` does
 */
export async function inviteByMail(
  ctx: Context,
  person: SignedIn,
  input: { organizationId: string; email: string; role: Role; resend?: boolean | undefined },
  trace: RequestTrace,
): Promise<Invitation & { mail: MailOutcome }> {
  const invitation = await inviteMember(ctx, person, input, trace)
  // Renewing sends no mail: the link is the one that was mailed, and the limit counts new ones.
  const isNew = !input.resend
  return {
    ...invitation,
    mail: isNew ? await mailLink(ctx, person, invitation, trace.ip ?? 'not told') : 'off',
  }
}

async function mailLink(
  ctx: Context,
  { name, email }: SignedIn,
  invitation: Invitation,
  causedBy: string | null,
): Promise<MailOutcome> {
  if (ctx.config.mailServer === undefined) return 'off'
  const organization = await selectOrganizationName(ctx.committed, invitation.organizationId)
  const mail = {
    to: invitation.email,
    subject: 'You are invited to Zentrix Agent Studio',
    text: `Hello,

${withoutLinks(name)} (${email}) invites you to ${withoutLinks(organization)} on Zentrix Agent Studio,
with the role ${Role.parse(invitation.role)}.

Open this link to accept or to decline:
${ctx.config.publicUrl}/invitation#token=${invitation.id}

The link is for ${invitation.email} alone, and lasts until ${invitation.expiresAt.slice(0, 10)}.
If you did not expect it, there is nothing you have to do.
`,
  }
  return sendMail(ctx, mail, causedBy, 'an invitation could not be mailed')
}
