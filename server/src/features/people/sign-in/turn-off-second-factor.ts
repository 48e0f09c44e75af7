import type { Context } from '../../context.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../../audit/record-event.ts'
import { deleteSecondFactor, selectMemberships } from '../identity/people.store.ts'

/**
 * Removes the second factor of someone who lost phone and backup codes. The audit log of each of
 * the person's organizations shows that.
 *
 * @returns whether the person with this address, if there is one, had a second factor
 */
export async function turnOffSecondFactor(
  ctx: Context,
  by: Actor,
  email: string,
): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const memberships = await selectMemberships(tx.db, email)
    const userId = memberships[0]?.userId
    if (userId === undefined || !(await deleteSecondFactor(tx.db, userId))) return false
    for (const { organizationId, name } of memberships)
      await recordEvent(tx, by, {
        action: 'member.second_factor_ended',
        organizationId,
        changes: { userId, name },
      })
    return true
  })
}
