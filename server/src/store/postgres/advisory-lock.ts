import { sql } from 'kysely'
import type { Db } from '../schema/database.ts'

/**
 * Does `work` unless another process of the deployment is doing it. PostgreSQL gives the lock back
 * with the connection, however the process ends, so `work` uses no other.
 */
export function aloneOnPostgres(
  db: Db,
  lock: number,
  work: (connection: Db) => Promise<void>,
): Promise<void> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_lock(${lock}) as "isOurs"`.execute(connection)
    if (rows[0]?.isOurs !== true) return
    try {
      await work(connection)
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(connection)
    }
  })
}
