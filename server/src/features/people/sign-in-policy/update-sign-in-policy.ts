import type {
  SignInPolicy,
  UpdateSignInPolicyInput,
} from '@zentrix/shared/schemas/people/sign-in-policy.ts'
import type { Context } from '../../context.ts'
import type { UserPrincipal } from '../../principals.ts'
import { ConflictError } from '../../../lib/errors.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import {
  countWithoutSecondFactor,
  selectSecondFactorRequired,
  updateSecondFactorRequired,
} from './sign-in-policy.store.ts'

/**
 * Lets the organization ask for a second factor of everyone, or no longer. From the next request on
 * a member without one reaches only its set-up. Input that changes nothing leaves no event.
 *
 * @throws {ConflictError} when the owner who asks for it has none, and would be locked out first
 */
export function updateSignInPolicy(
  ctx: Context,
  principal: UserPrincipal,
  { requireSecondFactor: isRequired }: UpdateSignInPolicyInput,
): Promise<SignInPolicy> {
  const { organizationId, id } = principal
  return inTransactionAtOnce(ctx, async (tx) => {
    await holdOrganization(tx, organizationId)
    if (isRequired && (await countWithoutSecondFactor(tx.db, organizationId, id)) > 0)
      throw new ConflictError('Turn on two-step sign-in for yourself first')
    const wasRequired = await selectSecondFactorRequired(tx.db, organizationId)
    if (wasRequired !== isRequired) {
      await updateSecondFactorRequired(tx.db, organizationId, isRequired)
      await recordEvent(tx, principal, {
        action: 'policy.updated',
        organizationId,
        changes: { requireSecondFactor: { from: wasRequired, to: isRequired } },
      })
    }
    const membersWithout = await countWithoutSecondFactor(tx.db, organizationId)
    return { requireSecondFactor: isRequired, membersWithout }
  })
}
