import type { Insertable } from 'kysely'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Db } from '../../store/schema/database.ts'
import { hashHead } from '../../crypto/hash.ts'
import { keyColumns, type ApiKeysTable } from '../../store/schema/keys.ts'
import { toApiKey } from './key-record.ts'
import { revocationColumns, type Revocation } from './revocation/revocation-columns.ts'

/** The organization's keys, all columns but the hash. */
export function selectKeys(db: Db, organizationId: string) {
  return db
    .selectFrom('api_keys')
    .select(keyColumns)
    .where('api_keys.organization_id', '=', organizationId)
}

/** One key of the organization with its state at `now`, without its last use. */
export async function findKey(
  db: Db,
  organizationId: string,
  id: string,
  now: string,
): Promise<ApiKey | undefined> {
  const row = await selectKeys(db, organizationId).where('api_keys.id', '=', id).executeTakeFirst()
  return row && toApiKey(row, now)
}

/** How many keys of the organization are not revoked. */
export async function countUnrevokedKeys(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Writes a new key. A successor shares the budget of the key that it replaces. */
export async function insertKey(
  db: Db,
  row: Omit<Insertable<ApiKeysTable>, 'hash_head' | 'budget_number'>,
): Promise<void> {
  await db
    .insertInto('api_keys')
    .values((eb) => ({
      ...row,
      hash_head: hashHead(row.hash),
      budget_number: eb
        .selectFrom('api_keys as old')
        .select(({ fn }) => fn.coalesce('old.budget_number', 'old.number').as('number'))
        .where('old.organization_id', '=', row.organization_id)
        .where('old.id', '=', row.rotated_from ?? null),
    }))
    .execute()
}

/** Holds a key's row until the transaction ends, so that two changes at once both count. */
export async function lockKey(db: Db, organizationId: string, id: string): Promise<void> {
  await db
    .updateTable('api_keys')
    .set((eb) => ({ id: eb.ref('id') }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

export type KeyChange = Partial<
  Pick<
    ApiKeysTable,
    | 'label'
    | 'label_folded'
    | 'environment'
    | 'scopes'
    | 'allowed_ips'
    | 'rate_limit_per_minute'
    | 'expires_at'
    | 'disabled_at'
  > & { expiry_set_at: string }
>

/** Changes a key that is not revoked. @returns whether there was such a key */
export async function changeKey(
  db: Db,
  organizationId: string,
  id: string,
  change: KeyChange,
): Promise<boolean> {
  const changed = await db
    .updateTable('api_keys')
    .set(change)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return changed !== undefined
}

/** Revokes a key that is not revoked yet. Of two concurrent calls, one gets true. */
export async function markRevoked(
  db: Db,
  organizationId: string,
  id: string,
  revocation: Revocation,
): Promise<boolean> {
  const revoked = await db
    .updateTable('api_keys')
    .set(revocationColumns(revocation))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

/** Marks a key, in any state, as leaked. Of two concurrent calls, one gets true. */
export async function markLeaked(
  db: Db,
  organizationId: string,
  id: string,
  { at, url }: { at: string; url: string | null },
): Promise<boolean> {
  const leaked = await db
    .updateTable('api_keys')
    .set({ leaked_at: at, leaked_url: url })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('leaked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return leaked !== undefined
}

export type Rotation = {
  at: string
  /** The id of the new key. */
  to: string
  /** When the old key ends. */
  expiresAt: string | null
  /** Ends the old key at once. */
  revocation: Revocation | null
}

/** Rotates a key that is live and was not rotated before. Of two concurrent calls, one gets true. */
export async function markRotated(
  db: Db,
  organizationId: string,
  id: string,
  { at, to, expiresAt, revocation }: Rotation,
): Promise<boolean> {
  const rotated = await db
    .updateTable('api_keys')
    .set({
      rotated_to: to,
      expires_at: expiresAt,
      expiry_set_at: at,
      ...(revocation && revocationColumns(revocation)),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('rotated_to', 'is', null)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .returning('id')
    .executeTakeFirst()
  return rotated !== undefined
}
