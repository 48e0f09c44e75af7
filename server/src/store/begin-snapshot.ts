import { sql, type ControlledTransaction } from 'kysely'
import type { Database } from './schema/database.ts'
import type { OpenDatabase } from './interface/open-database.ts'

/** Begins to read the database as it is now, for as long as its reader may need. */
export async function beginSnapshot({
  dialect,
  committed,
}: Pick<OpenDatabase, 'dialect' | 'committed'>): Promise<ControlledTransaction<Database>> {
  const snapshot = await committed.startTransaction().setIsolationLevel('repeatable read').execute()
  // The limit of requests would end it while a reader takes his time.
  if (dialect === 'postgres')
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(snapshot)
  return snapshot
}
