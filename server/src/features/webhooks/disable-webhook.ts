import { withoutLinks } from '../people/mail/smtp.ts'
import { sendMail } from '../people/mail/send-mail.ts'
import { findAdministrators } from '../people/members/manage-members.ts'
import { logNowAndThen } from '../../lib/log/log.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import type { Context } from '../context.ts'
import { systemPrincipal } from '../principals.ts'
import { failLine } from './deliveries.store.ts'
import { disableEnabledWebhook } from './webhooks.store.ts'

const MAX_MAILS = 20
const FAILURE = 'nobody could be mailed about a webhook'

const explanations = {
  gone: 'The receiver answered 410: it wants no more messages.',
  failing: 'For three days no message has arrived there.',
}

/**
 * Disables a webhook whose receiver is gone or has failed for too long; the waiting messages fail.
 * The owners and admins are told by mail, if there is a mail server.
 */
export async function disableWebhook(
  ctx: Context,
  webhook: { webhook_id: string; organization_id: string; url: string },
  reason: keyof typeof explanations,
): Promise<void> {
  const { webhook_id: id, organization_id: organizationId, url } = webhook
  const { origin } = new URL(url)
  const isOurs = await inTransactionAtOnce(ctx, async (tx) => {
    if (!(await disableEnabledWebhook(tx.db, organizationId, id, reason))) return false
    await failLine(tx.db, organizationId, id)
    await recordEvent(tx, systemPrincipal, {
      action: 'webhook.disabled',
      organizationId,
      changes: { webhookId: id, origin, reason },
    })
    return true
  })
  if (isOurs) await mailAdministrators(ctx, organizationId, origin, reason)
}

async function mailAdministrators(
  ctx: Context,
  organizationId: string,
  origin: string,
  reason: keyof typeof explanations,
): Promise<void> {
  const mail = {
    subject: 'A webhook was disabled',
    text: `Hello,

The webhook that leads to ${withoutLinks(origin)} was disabled.
${explanations[reason]}

You can enable it again under Settings, and choose from which event on it goes on:

${ctx.config.publicUrl}/settings/webhooks
`,
  }
  try {
    const recipients = await findAdministrators(ctx, organizationId)
    for (const to of recipients.slice(0, MAX_MAILS))
      await sendMail(ctx, { to, ...mail }, null, FAILURE)
  } catch (error) {
    logNowAndThen(ctx.log, 'warn', FAILURE)(error)
  }
}
