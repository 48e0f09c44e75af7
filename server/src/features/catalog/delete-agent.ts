import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { removeAgent } from './catalog.store.ts'
import { getAgent } from './get-agent.ts'
import { assertMayChangeAgent } from './put-agent.ts'

/** Deletes an agent and its instances. @throws {NotFoundError} when it is not there */
export async function deleteAgent(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    assertMayChangeAgent(service, await getAgent(tx, service, id))
    await removeAgent(tx.db, id)
  })
}
