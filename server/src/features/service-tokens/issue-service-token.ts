import {
  MAX_ORGANIZATION_TOKENS,
  type IssuedServiceToken,
  type IssueServiceTokenInput,
} from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import { makeServiceToken } from '../../crypto/secret.ts'
import { ConflictError, invalidField } from '../../lib/errors.ts'
import type { UserPrincipal } from '../principals.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import { once } from '../idempotency/once.ts'
import { addServiceToken } from './add-service-token.ts'
import { countUnrevokedTokens, selectNewToken } from './service-tokens.store.ts'

/**
 * Makes a service token that reaches only the person's organization. Its secret is in the result,
 * and kept nowhere; a retry under the same Idempotency-Key gets it again.
 *
 * @throws {InvalidInputError} for an expiry that is not in the future
 * @throws {ConflictError} when the organization has all the tokens it may have, or
 *   `IDEMPOTENCY_KEY_REUSED`
 */
export async function issueServiceToken(
  ctx: Context,
  principal: UserPrincipal,
  input: IssueServiceTokenInput,
  idempotencyKey: string | null,
): Promise<IssuedServiceToken> {
  const attempt = { call: 'POST /api/service-tokens', idempotencyKey, input }
  return once(ctx, principal, attempt, async (tx) => {
    const { organizationId } = principal
    await holdOrganization(tx, organizationId)
    if ((await countUnrevokedTokens(tx.db, organizationId)) >= MAX_ORGANIZATION_TOKENS)
      throw new ConflictError(
        `An organization may have at most ${MAX_ORGANIZATION_TOKENS} service tokens; revoke one first`,
      )
    const secret = makeServiceToken()
    const id = await addServiceToken(tx, principal, {
      name: input.name,
      scopes: input.scopes,
      organizationIds: [organizationId],
      organizationId,
      expiresAt: toExpiry(input.expiresAt, tx.now()),
      secret,
    })
    if (id === undefined) throw new Error('a fresh secret was there already')
    return { ...(await selectNewToken(tx.db, organizationId, id, tx.nowMs())), token: secret }
  })
}

function toExpiry(given: string | null | undefined, now: string): string | null {
  if (!given) return null
  const expiresAt = new Date(given).toISOString()
  if (expiresAt <= now) throw invalidField('expiresAt', 'Must be in the future')
  return expiresAt
}
