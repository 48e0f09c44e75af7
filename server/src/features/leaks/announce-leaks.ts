import type { Context } from '../context.ts'
import { withoutLinks } from '../people/mail/smtp.ts'
import { errorCode } from '../../lib/caught.ts'
import { findAdministrators } from '../people/members/manage-members.ts'
import { sendMail } from '../people/mail/send-mail.ts'
import type { Leak } from './act-on-leak.ts'

const MAX_MAILS = 100
const MAX_LISTED = 20
const FAILURE = 'nobody could be mailed about a leak'

/**
 * Logs secrets that were found in public and, if there is a mail server, mails the administrators
 * of those that were still good. A mail that fails makes nothing else fail.
 */
export async function announceLeaks(ctx: Context, leaks: Leak[]): Promise<void> {
  for (const { id, organizationId, place, isEnded } of leaks)
    ctx.log.warn({ id, organizationId, ...place, isEnded }, 'a secret was found in public')
  if (ctx.config.mailServer === undefined) return
  const live = leaks.filter(({ wasLive }) => wasLive)
  const organizationIds = new Set(live.map(({ organizationId }) => organizationId))
  try {
    const mails: { to: string; leaks: Leak[] }[] = []
    for (const organizationId of organizationIds)
      if (organizationId !== null)
        for (const to of await findAdministrators(ctx, organizationId))
          mails.push({ to, leaks: live.filter((leak) => leak.organizationId === organizationId) })
    await Promise.all(mails.slice(0, MAX_MAILS).map((mail) => mailTo(ctx, mail.to, mail.leaks)))
  } catch (error) {
    warn(ctx, error)
  }
}

async function mailTo(ctx: Context, to: string, leaks: Leak[]): Promise<void> {
  try {
    // Not counted by an address: only a report with GitHub's signature causes such a mail.
    await sendMail(ctx, { to, ...textOf(ctx, leaks) }, null, FAILURE)
  } catch (error) {
    warn(ctx, error)
  }
}

function warn(ctx: Context, error: unknown): void {
  ctx.log.warn({ code: errorCode(error) ?? 'UNKNOWN' }, FAILURE)
}

function textOf({ config }: Context, leaks: Leak[]): { subject: string; text: string } {
  const isEnded = leaks.every((leak) => leak.isEnded)
  const isOne = leaks.length === 1
  const listed = leaks
    .slice(0, MAX_LISTED)
    .map(({ kind, name, masked, place }) => {
      const where = place.url ?? `a place that was not named (${place.source})`
      return `- ${kind} "${withoutLinks(name)}", ${masked}\n  found at ${where}`
    })
    .join('\n')
  const others = leaks.length > MAX_LISTED ? `\n- and ${leaks.length - MAX_LISTED} more` : ''
  return {
    subject: subjectOf(leaks),
    text: `Hello,

GitHub found this in public, where anybody can read it:

${listed}${others}

${
  isEnded
    ? `Nobody can use what leaked any longer: ${isOne ? 'it has' : 'they have'} been revoked.
Make a new one for whatever used ${isOne ? 'it' : 'each of them'}.`
    : `${isOne ? 'It is' : 'They are'} still good, for you and for whoever found ${isOne ? 'it' : 'them'}. Make a new one in place
of ${isOne ? 'it' : 'each'}, give it to whatever uses the old one, then revoke the old one.`
}

${config.publicUrl}/api-keys
`,
  }
}

/** The number and kind of the leaked secrets; no name that a person chose. */
function subjectOf(leaks: Leak[]): string {
  const kinds = new Set(leaks.map(({ kind }) => kind))
  const noun = kinds.size > 1 ? 'secret' : kinds.has('API key') ? 'API key' : 'service token'
  const count = leaks.length
  const isEnded = leaks.every((leak) => leak.isEnded)
  if (count === 1)
    return isEnded
      ? `A leaked ${noun} was revoked`
      : `${noun === 'API key' ? 'An' : 'A'} ${noun} has leaked: revoke it now`
  return isEnded
    ? `${count} leaked ${noun}s were revoked`
    : `${count} ${noun}s have leaked: revoke them now`
}
