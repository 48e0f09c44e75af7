import type { Context } from '../context.ts'
import type { SystemPrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { endServiceToken } from './end-service-token.ts'

/** Ends any service token, at once. @returns false when there is none that is not revoked */
export async function revokeServiceToken(
  ctx: Context,
  operator: SystemPrincipal,
  id: string,
): Promise<boolean> {
  return inTransaction(ctx, (tx) => endServiceToken(tx, operator, id))
}
