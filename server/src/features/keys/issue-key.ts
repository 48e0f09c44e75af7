import type { IssuedKey, IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { once } from '../idempotency/once.ts'
import { findBreaches } from '@zentrix/shared/policy.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import { assertNoBreach, getPolicyIn } from '../policy/policy-reads.ts'
import { addKey, assertRoom } from './add-key.ts'
import { assertInFuture, toSettings } from './key-settings.ts'

/**
 * Makes a key. Its secret is in the result, and kept nowhere; for 10 minutes a retry under the same
 * Idempotency-Key gets that result again, even if the key was changed or revoked since.
 *
 * @throws {InvalidInputError} for an expiry that is not in the future, and for a key that breaks the
 *   organization's policy
 * @throws {ConflictError} when the organization has all the keys it may have, or
 *   `IDEMPOTENCY_KEY_REUSED`
 */
export async function issueKey(
  ctx: Context,
  principal: TenantPrincipal,
  input: IssueKeyInput,
  idempotencyKey: string | null,
): Promise<IssuedKey> {
  // Two bodies with the same meaning are the same request.
  const settings = toSettings(input)
  const attempt = { call: 'POST /api/keys', idempotencyKey, input: settings }
  return once(ctx, principal, attempt, async (tx) => {
    await holdOrganization(tx, principal.organizationId)
    await assertRoom(tx, principal.organizationId)
    const createdAt = tx.now()
    assertInFuture(settings.expiresAt, createdAt)
    const policy = await getPolicyIn(tx, principal.organizationId)
    assertNoBreach(findBreaches(policy, { ...settings, createdAt }))
    return addKey(tx, principal, {
      ...settings,
      createdAt,
      enabled: true,
      rotatedFrom: null,
    })
  })
}
