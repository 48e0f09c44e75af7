import type { Db } from '../../../store/schema/database.ts'

/** What tells a key when its secret is seen. */
export type KeyMark = { hash: Buffer; last4: string }

/**
 * A page of the keys that were imported, in the order of the heads of their hashes. Of all
 * organizations, since a secret that is found somewhere does not say whose it is.
 *
 * @param after the head that the page before ended with
 */
export async function findImportedKeys(
  db: Db,
  after: bigint | undefined,
  limit: number,
): Promise<KeyMark[]> {
  return db
    .selectFrom('api_keys')
    .select(['hash', 'last4'])
    .where('created_by_id', 'is', null) // every other key was made by somebody
    .$if(after !== undefined, (query) => query.where('hash_head', '>', after!))
    .orderBy('hash_head')
    .limit(limit)
    .execute()
}
