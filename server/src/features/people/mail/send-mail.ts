import { addressGroup } from '@zentrix/shared/addresses.ts'
import { lockDeployment } from '../../../store/deployment-facts.ts'
import type { Context } from '../../context.ts'
import { hmac } from '../../../crypto/hash.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { errorCode } from '../../../lib/caught.ts'
import { sendBySmtp, type Mail } from './smtp.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { countVerifications, insertVerification } from '../identity/verifications.store.ts'
import { HOUR_MS } from '@zentrix/shared/moment.ts'

const MAX_TO_RECIPIENT = 10
const MAX_FROM_ADDRESS = 20

/** The outcome of a mail; `off` means that none was due, or that there is no mail server. */
export type MailOutcome = 'off' | 'sent' | 'failed' | 'limited'

/**
 * Sends a mail, if there is a mail server, and if the whole deployment has not sent too many in the
 * hour before: a service that people trust must not flood anybody's mailbox.
 *
 * @param causedBy the address of the request that causes the mail; null if no person chose it
 * @param failure the message in the log when the mail is not sent
 */
export async function sendMail(
  ctx: Context,
  mail: Mail,
  causedBy: string | null,
  failure: string,
): Promise<MailOutcome> {
  return sendMailIf(ctx, mail.to, causedBy, failure, async () => mail)
}

/**
 * As `sendMail`, for a mail that is written only once it is counted, and perhaps not at all: it
 * counts either way.
 */
export async function sendMailIf(
  ctx: Context,
  to: string,
  causedBy: string | null,
  failure: string,
  write: () => Promise<Omit<Mail, 'to'> | undefined>,
): Promise<MailOutcome> {
  if (ctx.config.mailServer === undefined) return 'off'
  if (!(await countMail(ctx, to, causedBy))) {
    ctx.log.warn({ code: 'TOO_MANY' }, failure)
    return 'limited'
  }
  const mail = await write()
  if (mail === undefined) return 'off'
  try {
    await sendBySmtp(ctx, { ...mail, to })
    return 'sent'
  } catch (error) {
    // Only the code: the mail server's message may repeat the address, or the mail.
    ctx.log.warn({ code: errorCode(error) ?? 'UNKNOWN' }, failure)
    return 'failed'
  }
}

/** Counts a mail for an hour, unless it is one too many. */
async function countMail(ctx: Context, to: string, causedBy: string | null): Promise<boolean> {
  const from = addressGroup(causedBy)
  const limits: [name: string, limit: number][] = [[`mail-to/${mailbox(to)}`, MAX_TO_RECIPIENT]]
  if (from !== null) limits.push([`mail-from/${from}`, MAX_FROM_ADDRESS])
  return inTransaction(ctx, async (tx) => {
    await lockDeployment(tx.db, 'mail-lock')
    const now = tx.now()
    const expiresAt = new Date(Date.parse(now) + HOUR_MS).toISOString()
    // Hashed: the database must not list the recipients of mails.
    const counted = limits.map(([name, limit]) => ({
      identifier: hmac(tx.keyFor('sessions'), name).toString('hex'),
      limit,
    }))
    for (const { identifier, limit } of counted)
      if ((await countVerifications(tx.db, identifier, now)) >= limit) return false
    for (const { identifier } of counted)
      await insertVerification(tx.db, {
        id: makeRandomId(),
        identifier,
        value: '',
        expires_at: expiresAt,
        created_at: now,
        updated_at: now,
      })
    return true
  })
}

/** Addresses that differ in case, or behind a plus sign, lead to one mailbox. */
function mailbox(address: string): string {
  const [local = '', domain = ''] = address.toLowerCase().split('@')
  return `${local.split('+')[0]}@${domain}`
}
