import { isServiceTokenId } from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { SystemPrincipal, UserPrincipal } from '../principals.ts'
import { answersFor, inTransaction } from '../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../audit/record-event.ts'
import { hasToken, markTokenRevoked } from './service-tokens.store.ts'

/** Ends any service token, at once. @returns false when no unrevoked token has this id */
export async function revokeServiceToken(
  ctx: Context,
  operator: SystemPrincipal,
  id: string,
): Promise<boolean> {
  return inTransaction(ctx, (tx) => revokeServiceTokenIn(tx, operator, id))
}

/**
 * Ends one of the organization's own service tokens, at once and for good. Revoking it again
 * changes nothing.
 *
 * @throws {NotFoundError} also for a token of another organization, or of the platform
 */
export async function revokeOwnServiceToken(
  ctx: Context,
  principal: UserPrincipal,
  id: string,
): Promise<void> {
  // A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL.
  if (!isServiceTokenId(id)) throw new NotFoundError('Service token not found')
  await inTransaction(ctx, async (tx) => {
    answersFor(tx, principal.organizationId)
    if (!(await hasToken(tx.db, principal.organizationId, id)))
      throw new NotFoundError('Service token not found')
    await revokeServiceTokenIn(tx, principal, id)
  })
}

/**
 * Revokes a service token in the caller's transaction `tx`, with its audit event, which the token's
 * organization sees.
 *
 * @returns false when no unrevoked token has this id
 */
export async function revokeServiceTokenIn(tx: Context, by: Actor, id: string): Promise<boolean> {
  const revoked = await markTokenRevoked(tx.db, id, tx.now())
  if (!revoked) return false
  await recordEvent(tx, by, {
    action: 'service_token.revoked',
    organizationId: revoked.organizationId,
    changes: { serviceTokenId: id, name: revoked.name },
  })
  return true
}
