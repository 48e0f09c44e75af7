import type { Context } from '../../context.ts'
import { systemPrincipal, type RequestTrace } from '../../principals.ts'
import { SessionError, tooMany } from '../identity/session-error.ts'
import { sendMailIf } from '../mail/send-mail.ts'
import { makeResetLink } from './make-reset-link.ts'
import { hasPassword } from './passwords.store.ts'

const MAX_ASKED_PER_MINUTE = 10

/** Mails under way, for the end of the service to wait for. */
export type MailsUnderWay = Set<Promise<unknown>>

/**
 * Mails a link that sets a new password, to a person who says that they forgot theirs. Everything
 * that depends on the address happens after the answer, so that neither the answer nor its time
 * tells whether the address has an account. People who sign in without a password get no link,
 * which would let them in past their identity provider.
 *
 * @param address where the request came from, for counting
 * @throws {SessionError} 400 without a mail server, 429 after 10 requests from an address in a minute
 */
export async function askForReset(
  ctx: Context,
  email: string,
  { address, trace }: { address: string; trace: RequestTrace },
  underWay: MailsUnderWay,
): Promise<void> {
  if (ctx.config.mailServer === undefined)
    throw new SessionError(
      400,
      'RESET_PASSWORD_DISABLED',
      'This service sends no mail: ask the people who run it for a link',
    )
  const nowMs = ctx.nowMs()
  const name = `reset/address/${address}`
  const { accepted, resetAtMs } = await ctx.rateLimiter.take(name, MAX_ASKED_PER_MINUTE, 1, nowMs)
  if (!accepted) throw tooMany('requests from this address', resetAtMs - nowMs)
  const mailing = mailLink(ctx, email, { address, trace })
    .catch((error: unknown) => ctx.log.error({ err: error }, 'a password could not be mailed for'))
    .finally(() => underWay.delete(mailing))
  underWay.add(mailing)
}

async function mailLink(
  ctx: Context,
  email: string,
  { address, trace }: { address: string; trace: RequestTrace },
): Promise<void> {
  // Counted for any address: the count of mails, too, must not tell which one has an account.
  await sendMailIf(
    ctx,
    email,
    address,
    'a link for a new password could not be mailed',
    async () => {
      if (!(await hasPassword(ctx.committed, email))) return undefined
      const link = await makeResetLink(ctx, { ...systemPrincipal, trace }, email)
      return link === undefined ? undefined : { subject: SUBJECT, text: textWith(link) }
    },
  )
}

const SUBJECT = 'A new password for Zentrix Agent Studio'

function textWith(link: string): string {
  return `Hello,

someone asked for a new password for your account on Zentrix Agent Studio.

Open this link to set one; it works once, within an hour:
${link}

You are then signed out everywhere. If it was not you, there is nothing you have to do: your
password stays as it is.
`
}
