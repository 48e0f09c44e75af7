import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { getAgent } from './catalog-reads.ts'
import { deleteAgent } from './catalog.store.ts'

import { assertMayChangeAgent } from './put-agent.ts'

/** Removes an agent and its instances. @throws {NotFoundError} when it does not exist */
export async function removeAgent(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    assertMayChangeAgent(service, await getAgent(tx, service, id))
    await deleteAgent(tx.db, id)
  })
}
