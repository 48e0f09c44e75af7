import type { SignInPolicy } from '@zentrix/shared/schemas/people/sign-in-policy.ts'
import type { Context } from '../../context.ts'
import { countWithoutSecondFactor, selectSecondFactorRequired } from './sign-in-policy.store.ts'

/** The organization's rules for signing in. */
export async function getSignInPolicy(
  { committed }: Context,
  { organizationId }: { organizationId: string },
): Promise<SignInPolicy> {
  const [requireSecondFactor, membersWithout] = await Promise.all([
    selectSecondFactorRequired(committed, organizationId),
    countWithoutSecondFactor(committed, organizationId),
  ])
  return { requireSecondFactor, membersWithout }
}
