import type { Context } from '../context.ts'
import type { ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { removeInstance } from './catalog.store.ts'
import { getInstance } from './get-instance.ts'

/** Deletes an instance. @throws {NotFoundError} when it is not there */
export async function deleteInstance(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await getInstance(tx, service, id)
    await removeInstance(tx.db, id)
  })
}
