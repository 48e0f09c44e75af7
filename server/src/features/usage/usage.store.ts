import { sql } from 'kysely'
import type { Db } from '../../store/database.ts'
import type { LastUse, UseBuffer } from './record-use.ts'

// SQLite takes 32,766 parameters a statement; short statements also keep the writer short.
const ROWS_PER_STATEMENT = 500

function batches(uses: Map<string, LastUse>): [string, LastUse][][] {
  // In id order, so that two nodes that write the same rows cannot deadlock.
  const rows = [...uses].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, index) =>
    rows.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  )
}

/** Moves `last_used_at` forward, never back, whatever order batches arrive in. */
export async function upsertUses(db: Db, buffer: UseBuffer): Promise<void> {
  for (const batch of batches(buffer.keys))
    await db
      .insertInto('key_uses')
      .values(batch.map(([id, { at, ip }]) => ({ key_id: id, last_used_at: at, last_used_ip: ip })))
      .onConflict((conflict) =>
        conflict
          .column('key_id')
          .doUpdateSet({
            last_used_at: sql.ref('excluded.last_used_at'),
            last_used_ip: sql.ref('excluded.last_used_ip'),
          })
          .whereRef('key_uses.last_used_at', '<', 'excluded.last_used_at'),
      )
      .execute()
  for (const batch of batches(buffer.serviceTokens))
    await db
      .insertInto('service_token_uses')
      .values(
        batch.map(([id, { at, ip }]) => ({
          service_token_id: id,
          last_used_at: at,
          last_used_ip: ip,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .column('service_token_id')
          .doUpdateSet({
            last_used_at: sql.ref('excluded.last_used_at'),
            last_used_ip: sql.ref('excluded.last_used_ip'),
          })
          .whereRef('service_token_uses.last_used_at', '<', 'excluded.last_used_at'),
      )
      .execute()
}
