import type { Db } from '../../../store/schema/database.ts'

/** The columns that recognize the secret of a key. */
export type KeyMark = { hash: Buffer; last4: string }

/**
 * A page of the imported keys of all organizations, because a secret that was found somewhere does
 * not name its organization. In the order of the first bytes of their hashes.
 *
 * @param after the `hash_head` at which the page before ended
 */
export async function listImportedKeys(
  db: Db,
  after: bigint | undefined,
  limit: number,
): Promise<KeyMark[]> {
  let keys = db.selectFrom('api_keys').select(['hash', 'last4']).where('created_by_id', 'is', null) // every other key was made by somebody
  if (after !== undefined) keys = keys.where('hash_head', '>', after)
  return keys.orderBy('hash_head').limit(limit).execute()
}
