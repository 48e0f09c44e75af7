import type { Context } from '../../context.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../../audit/record-event.ts'
import { makeResetToken } from './make-reset-token.ts'
import { selectMemberships } from '../identity/people.store.ts'

/**
 * Makes a link to the portal's page that sets a new password once, within an hour. The audit log of
 * each of the person's organizations shows that.
 *
 * @returns undefined for an unknown address
 */
export async function makeResetLink(
  ctx: Context,
  by: Actor,
  email: string,
): Promise<string | undefined> {
  return inTransaction(ctx, async (tx) => {
    const token = await makeResetToken(tx, email)
    if (token === undefined) return undefined
    for (const { organizationId, userId, name } of await selectMemberships(tx.db, email))
      await recordEvent(tx, by, {
        action: 'member.reset_link_made',
        organizationId,
        changes: { userId, name },
      })
    // In the fragment, which no browser sends and no proxy logs.
    return `${ctx.config.publicUrl}/reset-password#token=${token}`
  })
}
