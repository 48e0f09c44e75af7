import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { hashHead } from '../../../crypto/hash.ts'
import type { Db } from '../../../store/schema/database.ts'
import { keyColumns } from '../../../store/schema/keys.ts'
import { acceptedSlot } from '../../../store/usage/accepted-slot.ts'
import {
  END_OF_HOURS,
  HOURS_PER_DAY,
  hourOf,
  SLOTS_PER_OUTCOME,
} from '../../../store/usage/slot.ts'
import { toApiKey } from '../key-record.ts'
import { selectKeys } from '../keys.store.ts'

// On SQLite, usage is in a file that only the reading connections open: no `db` here may be a
// transaction.

export function selectNumberedKeys(db: Db, organizationId: string) {
  return selectKeys(db, organizationId).select('api_keys.number')
}

/**
 * Adds the last use to the keys of a query: the row of usage with the newest slot of outcome VALID.
 * The query is a subquery, because PostgreSQL might otherwise look up the use of every key.
 */
export function withUse(db: Db, keys: ReturnType<typeof selectNumberedKeys>) {
  return db
    .selectFrom(keys.as('api_keys'))
    .leftJoin('key_usage', (join) =>
      join.on('key_usage.slot', '=', (eb) =>
        eb
          .selectFrom('key_usage as latest')
          .select((latest) => latest.fn.max('latest.slot').as('slot'))
          .where('latest.slot', '>=', acceptedSlot(0))
          .where('latest.slot', '<', acceptedSlot(SLOTS_PER_OUTCOME)),
      ),
    )
    .select(keyColumns)
    .select(['key_usage.last_at_ms', 'key_usage.last_ip'])
}

/** One key of the organization with its last use. */
export async function findKeyWithUse(
  db: Db,
  organizationId: string,
  id: string,
  now: string,
): Promise<ApiKey | undefined> {
  const key = selectNumberedKeys(db, organizationId).where('api_keys.id', '=', id)
  const row = await withUse(db, key).executeTakeFirst()
  return row && toApiKey(row, now)
}

/** The same by the SHA-256 of its secret. */
export async function findKeyWithUseByHash(
  db: Db,
  organizationId: string,
  hash: Buffer,
  now: string,
): Promise<ApiKey | undefined> {
  const key = selectNumberedKeys(db, organizationId)
    .where('api_keys.hash_head', '=', hashHead(hash))
    .where('api_keys.hash', '=', hash)
  const row = await withUse(db, key).executeTakeFirst()
  return row && toApiKey(row, now)
}

/** An accepted use of the key since a moment. Before that day began there is nothing to look for. */
export function usedSince(db: Db, sinceMs: number) {
  const hour = Math.min(Math.max(hourOf(sinceMs), 0), END_OF_HOURS)
  return (
    db
      .selectFrom('key_usage as since')
      .select('since.slot')
      // The uses of a day may be folded into its first hour.
      .where('since.slot', '>=', acceptedSlot(hour - (hour % HOURS_PER_DAY)))
      .where('since.slot', '<', acceptedSlot(SLOTS_PER_OUTCOME))
      .where('since.last_at_ms', '>=', sinceMs)
  )
}
