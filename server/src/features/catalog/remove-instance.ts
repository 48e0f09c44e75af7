import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { deleteInstance } from './catalog.store.ts'
import { getInstance } from './catalog-reads.ts'

/** Removes an instance. @throws {NotFoundError} when it does not exist */
export async function removeInstance(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await getInstance(tx, service, id)
    await deleteInstance(tx.db, id)
  })
}
