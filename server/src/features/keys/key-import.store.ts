import type { Insertable } from 'kysely'
import { hashHead } from '../../crypto/hash.ts'
import type { Db } from '../../store/database.ts'
import type { ApiKeysTable } from './keys.table.ts'

/**
 * Writes keys, but for those whose secret is stored already, whoever's they are.
 *
 * @returns the ids of those that were written
 */
export async function insertNewKeys(
  db: Db,
  organizationId: string,
  rows: Omit<Insertable<ApiKeysTable>, 'hash_head' | 'organization_id'>[],
): Promise<Set<string>> {
  const written = await db
    .insertInto('api_keys')
    .values(
      rows.map((row) => ({
        ...row,
        organization_id: organizationId,
        hash_head: hashHead(row.hash),
      })),
    )
    .onConflict((conflict) => conflict.column('hash_head').doNothing())
    .returning('id')
    .execute()
  return new Set(written.map(({ id }) => id))
}
