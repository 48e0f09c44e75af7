import type { Policy } from '@zentrix/shared/policy.ts'
import type { UpdatePolicyInput } from '@zentrix/shared/schemas/policy.ts'
import type { Context } from '../context.ts'
import type { UserPrincipal } from '../principals.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import { getPolicyIn } from './policy-reads.ts'
import { upsertPolicy } from './policy.store.ts'

const parts = ['maxLifetimeDays', 'requireAllowedIps', 'requireScopes'] as const

/**
 * Changes what the organization asks of its keys: an absent part is kept, null asks nothing. Keys
 * that were made before stay as they are. Input that changes nothing leaves no event.
 */
export function updatePolicy(
  ctx: Context,
  principal: UserPrincipal,
  input: UpdatePolicyInput,
): Promise<Policy> {
  const { organizationId } = principal
  return inTransactionAtOnce(ctx, async (tx) => {
    await holdOrganization(tx, organizationId)
    const before = await getPolicyIn(tx, organizationId)
    const after = changed(before, input)
    const changes = parts.filter((part) => before[part] !== after[part])
    if (changes.length === 0) return after
    await upsertPolicy(tx.db, organizationId, after, tx.now())
    await recordEvent(tx, principal, {
      action: 'policy.updated',
      organizationId,
      changes: Object.fromEntries(
        changes.map((part) => [part, { from: before[part], to: after[part] }]),
      ),
    })
    return after
  })
}

function changed(before: Policy, input: UpdatePolicyInput): Policy {
  const { maxLifetimeDays, requireAllowedIps, requireScopes } = input
  return {
    maxLifetimeDays: maxLifetimeDays === undefined ? before.maxLifetimeDays : maxLifetimeDays,
    requireAllowedIps:
      requireAllowedIps === undefined ? before.requireAllowedIps : requireAllowedIps === true,
    requireScopes: requireScopes === undefined ? before.requireScopes : requireScopes === true,
  }
}
