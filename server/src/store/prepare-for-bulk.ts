import { sql } from 'kysely'
import type { OpenDatabase } from './interface/open-database.ts'

/**
 * Lets a connection that is about to write a great many rows keep the pages that it changes in
 * memory: keys lie in the order of their hashes, so that any page is next.
 */
export async function prepareForBulk({ dialect, db }: OpenDatabase): Promise<void> {
  if (dialect === 'sqlite') await sql`pragma cache_size = -16384`.execute(db) // KiB
}
