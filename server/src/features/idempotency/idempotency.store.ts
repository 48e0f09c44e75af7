import type { Db } from '../../store/schema/database.ts'
import type { IdempotentResultsTable } from '../../store/schema/idempotency.ts'

export type Claim = Pick<IdempotentResultsTable, 'hash' | 'input_hash' | 'expires_at'>

/**
 * Takes an Idempotency-Key that is unused, or used and expired at `now`. Of two concurrent calls,
 * one gets true; the other waits until the first transaction has ended.
 */
export async function claim(db: Db, { hash, ...row }: Claim, now: string): Promise<boolean> {
  const claimed = await db
    .insertInto('idempotent_results')
    .values({ hash, ...row, sealed_result: null })
    .onConflict((conflict) =>
      conflict
        .column('hash')
        .doUpdateSet({ ...row, sealed_result: null })
        .where('idempotent_results.expires_at', '<=', now),
    )
    .returning('expires_at')
    .executeTakeFirst()
  return claimed !== undefined
}

/** The result under a claimed key. A failed claim locks the row, so that it cannot be swept. */
export function selectResult(db: Db, hash: Buffer) {
  return db
    .selectFrom('idempotent_results')
    .select(['input_hash', 'sealed_result'])
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow()
}

export async function keepResult(db: Db, hash: Buffer, sealedResult: Buffer): Promise<void> {
  await db
    .updateTable('idempotent_results')
    .set({ sealed_result: sealedResult })
    .where('hash', '=', hash)
    .execute()
}

export async function deleteExpiredResults(db: Db, now: string): Promise<void> {
  await db.deleteFrom('idempotent_results').where('expires_at', '<=', now).execute()
}
