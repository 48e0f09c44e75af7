import type { Context } from '../../context.ts'
import { sendMail } from '../../send-mail.ts'
import { findAdministrators } from '../sessions/find-administrators.ts'
import type { Leak } from './take-report.ts'

const MAX_MAILS = 100
const MAX_LISTED = 20

/**
 * Tells of secrets that have come to light: in the log, and by mail, if there is a mail server,
 * whoever answers for one that was still good. Nothing fails because a mail does.
 */
export async function tellOfLeaks(ctx: Context, leaks: Leak[]): Promise<void> {
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
    await sendMail(ctx, { to, ...textOf(ctx, leaks) })
  } catch (error) {
    warn(ctx, error)
  }
}

function warn(ctx: Context, error: unknown): void {
  // The code alone: what a mail server says may repeat the address, or the mail.
  const { code = 'UNKNOWN' } = error as { code?: string }
  ctx.log.warn({ code }, 'nobody could be mailed about a leak')
}

function textOf({ config }: Context, leaks: Leak[]): { subject: string; text: string } {
  const { isEnded } = leaks[0]!
  const [isAre, hasHave] = leaks.length === 1 ? ['is', 'has'] : ['are', 'have']
  const listed = leaks
    .slice(0, MAX_LISTED)
    .map(({ kind, name, masked, place }) => {
      const where = place.url ?? `a place that was not named (${place.source})`
      return `- ${kind} "${name}", ${masked}\n  found at ${where}`
    })
    .join('\n')
  const others = leaks.length > MAX_LISTED ? `\n- and ${leaks.length - MAX_LISTED} more` : ''
  return {
    subject: isEnded ? 'A leaked key was revoked' : 'A key has leaked: revoke it now',
    text: `Hello,

GitHub found this in public, where anybody can read it:

${listed}${others}

${
  isEnded
    ? `Nobody can use what leaked any longer: it ${hasHave} been revoked. Make a new one for
whatever used it.`
    : `It ${isAre} still good, for you and for whoever found it. Rotate each key, give the new one
to whatever uses it, then revoke the old one.`
}

${config.publicUrl}/api-keys
`,
  }
}
