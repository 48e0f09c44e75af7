import type { Policy, PolicyBreach } from '@zentrix/shared/policy.ts'
import type { Context } from '../context.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import { selectPolicy } from './policy.store.ts'

/** The organization's policy for its keys. */
export function getPolicy(
  { committed }: Context,
  { organizationId }: { organizationId: string },
): Promise<Policy> {
  return selectPolicy(committed, organizationId)
}

/**
 * The same in the transaction `tx` of a verb. One that makes a key holds the organization first, so
 * that no change of the policy overtakes it.
 */
export function getPolicyIn(tx: Context, organizationId: string): Promise<Policy> {
  return selectPolicy(tx.db, organizationId)
}

/** @throws {InvalidInputError} with a detail for each breach, if there is any */
export function assertNoBreach(breaches: PolicyBreach[]): void {
  if (breaches.length > 0)
    throw new InvalidInputError("The organization's policy does not allow this", breaches)
}
