import type { Db } from './schema/database.ts'

/** Facts that all nodes of a deployment share, and rows by which they lock each other out. */
export type FactName =
  | 'demo-agent'
  | 'first-signing-key'
  | 'leases-out'
  | 'mail-lock'
  | 'probed_at'
  | 'restored_at'
  | 'sign-up-lock'
  | 'usage_days'
  | 'usage_folded'

export async function findFact(db: Db, name: FactName): Promise<string | undefined> {
  const row = await db
    .selectFrom('deployment')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

export async function writeFact(db: Db, name: FactName, value: string): Promise<void> {
  await db
    .insertInto('deployment')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** Writes a fact unless it is there. @returns whether it did: of several nodes at once, one does */
export async function claimFact(db: Db, name: FactName, value: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('deployment')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Makes transactions that take the same lock wait for each other until they end, on every node. */
export async function lockDeployment(db: Db, name: FactName): Promise<void> {
  await writeFact(db, name, '')
}

export async function deleteFact(db: Db, name: FactName): Promise<void> {
  await db.deleteFrom('deployment').where('name', '=', name).execute()
}
