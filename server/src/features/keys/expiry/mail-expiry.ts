import { maskKey } from '@zentrix/shared/keys/key-format.ts'
import type { Context } from '../../context.ts'
import { findOwnersAnd } from '../../people/members/manage-members.ts'
import { sendMail } from '../../people/mail/send-mail.ts'
import { withoutLinks } from '../../people/mail/smtp.ts'
import { setMailed, type Expiring } from './expiry.store.ts'

const MAX_LISTED = 20
// A mail server that hangs takes 5 seconds a mail.
const ORGANIZATIONS_AT_ONCE = 4
const FAILURE = 'nobody could be mailed about a key that ends soon'

/**
 * Mails owners, and those who made the keys and are still members, about keys that end soon: one mail
 * to each person for all keys of an organization. If nobody could be reached, it is tried again.
 *
 * @param isOver whether to begin no other organization's mails; they are left for the next time
 */
export async function mailExpiry(
  ctx: Context,
  keys: Expiring[],
  isOver: () => boolean,
): Promise<void> {
  if (ctx.config.mailServer === undefined) return
  // Not on the one connection that holds the lock of this sweep, where transactions would mingle.
  const pooled = { ...ctx, db: ctx.database.db }
  const left = [...Map.groupBy(keys, ({ organizationId }) => organizationId)]
  const mailNext = async (): Promise<void> => {
    const next = isOver() ? undefined : left.shift()
    if (next === undefined) return
    await mailOrganization(pooled, ...next, isOver)
    await mailNext()
  }
  await Promise.all(Array.from({ length: ORGANIZATIONS_AT_ONCE }, mailNext))
}

async function mailOrganization(
  ctx: Context,
  organizationId: string,
  keys: Expiring[],
  isOver: () => boolean,
): Promise<void> {
  // Before the mails, so that a process that dies between them sends none a second time.
  await setAll(ctx, keys, ctx.now())
  const makers = keys.flatMap(({ createdById }) => createdById ?? [])
  const people = await findOwnersAnd(ctx, organizationId, [...new Set(makers)])
  let isAnySent = false
  for (const { userId, email, isOwner } of people) {
    if (!isAnySent && isOver()) break // where one was sent, the others get theirs
    const theirs = isOwner ? keys : keys.filter(({ createdById }) => createdById === userId)
    const outcome = await sendMail(ctx, { to: email, ...textOf(ctx, theirs) }, null, FAILURE)
    if (outcome === 'sent') isAnySent = true
  }
  if (!isAnySent && people.length > 0) await setAll(ctx, keys, null)
}

async function setAll(ctx: Context, keys: Expiring[], mailedAt: string | null): Promise<void> {
  for (const key of keys) await setMailed(ctx.db, key, mailedAt)
}

function textOf({ config }: Context, keys: Expiring[]): { subject: string; text: string } {
  const listed = keys
    .slice(0, MAX_LISTED)
    .map(
      ({ label, last4, expiresAt, keyId }) =>
        `- "${withoutLinks(label)}", ${maskKey(last4)}, ends at ${inWords(expiresAt)}\n  ${config.publicUrl}/api-keys/${keyId}`,
    )
    .join('\n')
  const others = keys.length > MAX_LISTED ? `\n- and ${keys.length - MAX_LISTED} more` : ''
  const [first] = keys
  const days = first?.daysBefore === 1 ? 'a day' : `${first?.daysBefore} days`
  return {
    subject: keys.length === 1 ? `An API key ends in ${days}` : `${keys.length} API keys end soon`,
    text: `Hello,

${keys.length === 1 ? 'This API key is' : 'These API keys are'} in use and will stop working:

${listed}${others}

Rotate a key before it ends, and give the new one to whatever uses it. Or move its end, if that is allowed.
`,
  }
}

/** Such as `2026-03-05 14:30 UTC`. */
function inWords(moment: string): string {
  return `${moment.slice(0, 16).replace('T', ' ')} UTC`
}
