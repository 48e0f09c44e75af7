import { Role } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principal.ts'
import { sendMail } from '../../send-mail.ts'
import { sessionClock, type SignedIn } from './find-user-principal.ts'
import { inviteMember } from './invite-member.ts'
import { countRecentInvitations, findOrganizationName } from './invitations.store.ts'
import type { Invitation } from './people.table.ts'

const HOUR_MS = 3_600_000
const MAX_MAILS_PER_HOUR = 50
const MAX_MAILS_TO_ADDRESS = 5

/** What became of the mail; `off` means that none was to be sent. */
export type MailOutcome = 'off' | 'sent' | 'failed' | 'limited'

/**
 * Invites, and mails the link if there is a mail server. Without the mail the invitation stands all
 * the same: whoever invites has the link, and can send it by hand.
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
  // A link that is renewed is the one that was mailed, and would escape the limit.
  const isNew = !input.resend
  return { ...invitation, mail: isNew ? await mailLink(ctx, person, invitation) : 'off' }
}

async function mailLink(
  ctx: Context,
  { name, email }: SignedIn,
  invitation: Invitation,
): Promise<MailOutcome> {
  if (ctx.config.mailServer === undefined) return 'off'
  if (await isTooMuch(ctx, invitation)) return 'limited'
  const organization = await findOrganizationName(ctx.committed, invitation.organizationId)
  try {
    await sendMail(ctx, {
      to: invitation.email,
      subject: `${name} invites you to ${organization}`,
      text: `Hello,

${name} (${email}) invites you to ${organization} on Zentrix Agent Studio,
with the role ${Role.parse(invitation.role)}.

Open this link to accept or to decline:
${ctx.config.publicUrl}/invitation#token=${invitation.id}

The link is for ${invitation.email} alone, and lasts until ${invitation.expiresAt.slice(0, 10)}.
If you did not expect it, there is nothing you have to do.
`,
    })
    return 'sent'
  } catch (error) {
    // The code alone: what a mail server says may repeat the address, or the mail.
    const { code = 'UNKNOWN' } = error as { code?: string }
    ctx.log.warn({ code }, 'an invitation could not be mailed')
    return 'failed'
  }
}

// Nobody's mailbox is to be flooded from here, in the name of a service that others trust.
async function isTooMuch(ctx: Context, { organizationId, email }: Invitation): Promise<boolean> {
  const since = new Date(Date.parse(sessionClock()) - HOUR_MS).toISOString()
  const recent = await countRecentInvitations(ctx.committed, organizationId, email, since)
  return recent.all > MAX_MAILS_PER_HOUR || recent.toAddress > MAX_MAILS_TO_ADDRESS
}
