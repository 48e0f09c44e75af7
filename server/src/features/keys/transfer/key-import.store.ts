import type { Insertable } from 'kysely'
import { hashHead } from '../../../crypto/hash.ts'
import type { Db } from '../../../store/schema/database.ts'
import { insertMany } from '../../../store/insert-many.ts'
import type { ApiKeysTable } from '../../../store/schema/keys.ts'

/**
 * Writes keys, except those with a secret that is stored already, in any organization.
 *
 * @returns the ids of the keys that were written
 */
export async function insertNewKeys(
  db: Db,
  organizationId: string,
  rows: Omit<Insertable<ApiKeysTable>, 'hash_head' | 'organization_id'>[],
): Promise<Set<string>> {
  const all = rows.map((row) => ({
    ...row,
    organization_id: organizationId,
    hash_head: hashHead(row.hash),
  }))
  const written = await insertMany(db, 'api_keys', all, (part) =>
    db
      .insertInto('api_keys')
      .values(part)
      .onConflict((conflict) => conflict.column('hash_head').doNothing())
      .returning('id'),
  )
  return new Set(written.map(({ id }) => id))
}
