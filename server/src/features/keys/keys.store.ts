import { sql, type ExpressionBuilder, type Insertable } from 'kysely'
import type { ApiKey, KeyFilter, KeyPage, ListKeysQuery } from '@zentrix/shared/keys.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/pagination.ts'
import { outcomes } from '@zentrix/shared/usage.ts'
import type { Database, Db } from '../../store/database.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import { SLOTS_PER_KEY, SLOTS_PER_OUTCOME, slotOf } from '../usage/usage-slot.ts'
import { hashHead } from '../../crypto/hash.ts'
import { foldLabel, keyColumns, toApiKey, type ApiKeysTable } from './keys.table.ts'

const FIRST_VALID_SLOT = slotOf(0, outcomes.indexOf('VALID'), 0)

function selectKeys(db: Db, organizationId: string) {
  return db
    .selectFrom('api_keys')
    .select(keyColumns)
    .where('api_keys.organization_id', '=', organizationId)
}

/** Keys with the row of usage in which each was last used: its newest slot of outcome VALID. */
function selectKeysWithUse(db: Db, organizationId: string) {
  const firstSlot = sql<number>`api_keys.number * ${sql.lit(SLOTS_PER_KEY)} + ${sql.lit(FIRST_VALID_SLOT)}`
  return selectKeys(db, organizationId)
    .leftJoin('key_usage', (join) =>
      join.on('key_usage.slot', '=', (eb) =>
        eb
          .selectFrom('key_usage as latest')
          .select((latest) => latest.fn.max('latest.slot').as('slot'))
          .where('latest.slot', '>=', firstSlot)
          .where('latest.slot', '<', sql<number>`${firstSlot} + ${sql.lit(SLOTS_PER_OUTCOME)}`),
      ),
    )
    .select(['key_usage.last_at_ms', 'key_usage.last_ip'])
}

/** One key of the organization as it stands at `now`; when it was last used is left out. */
export async function findKey(
  db: Db,
  organizationId: string,
  id: string,
  now: string,
): Promise<ApiKey | undefined> {
  const row = await selectKeys(db, organizationId).where('api_keys.id', '=', id).executeTakeFirst()
  return row && toApiKey(row, now)
}

/**
 * One key of the organization with its last use.
 *
 * @param db no transaction: on SQLite, usage is in a file that only the reading connection knows
 */
export async function findKeyWithUse(
  db: Db,
  organizationId: string,
  id: string,
  now: string,
): Promise<ApiKey | undefined> {
  const row = await selectKeysWithUse(db, organizationId)
    .where('api_keys.id', '=', id)
    .executeTakeFirst()
  return row && toApiKey(row, now)
}

/** One page of the organization's keys with their last uses, newest first; `db` as above. */
export async function listKeys(
  db: Db,
  organizationId: string,
  query: ListKeysQuery,
  now: string,
): Promise<KeyPage> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE
  const text = query.q?.trim() ?? ''
  let keys = selectKeysWithUse(db, organizationId).where((eb) =>
    hasStatus(eb, query.status ?? 'active', now),
  )
  if (query.environment !== undefined)
    keys = keys.where('api_keys.environment', '=', query.environment)
  if (text !== '') keys = keys.where((eb) => matches(eb, text))
  if (query.cursor !== undefined)
    keys = keys.where(beforeCursor('api_keys.created_at', 'api_keys.id', readCursor(query.cursor)))
  const rows = await keys
    .orderBy('api_keys.created_at', 'desc')
    .orderBy('api_keys.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(
    rows,
    limit,
    (row) => toApiKey(row, now),
    (row) => ({ at: row.created_at, id: row.id }),
  )
}

type KeyExpressions = ExpressionBuilder<Database, 'api_keys'>

function hasStatus(eb: KeyExpressions, filter: KeyFilter, now: string) {
  const isUnrevoked = eb('api_keys.revoked_at', 'is', null)
  switch (filter) {
    case 'all':
      return eb.and([])
    case 'revoked':
      return eb('api_keys.revoked_at', 'is not', null)
    case 'expired':
      return eb.and([isUnrevoked, eb('api_keys.expires_at', '<=', now)])
    case 'active':
      return eb.and([
        isUnrevoked,
        eb.or([eb('api_keys.expires_at', 'is', null), eb('api_keys.expires_at', '>', now)]),
      ])
  }
}

function matches(eb: KeyExpressions, text: string) {
  const pattern = `%${foldLabel(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const inLabel = sql<boolean>`${sql.ref('api_keys.label_folded')} like ${pattern} escape '\\'`
  // The last four alone, or the masked key as the table shows it.
  const last4 = /^(?:nas_\.{3})?([0-9A-Za-z]{4})$/.exec(text)?.[1]
  return last4 === undefined ? inLabel : eb.or([inLabel, eb('api_keys.last4', '=', last4)])
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

export async function insertKey(
  db: Db,
  row: Omit<Insertable<ApiKeysTable>, 'hash_head'>,
): Promise<void> {
  await db
    .insertInto('api_keys')
    .values({ ...row, hash_head: hashHead(row.hash) })
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
  >
>

/** Changes a key that is not revoked. @returns whether there was one */
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

export type Revocation = { at: string; byId: string | null; byName: string; reason: string | null }

/** Revokes a key that is not revoked. Of two at once, one gets true. */
export async function markRevoked(
  db: Db,
  organizationId: string,
  id: string,
  revocation: Revocation,
): Promise<boolean> {
  const revoked = await db
    .updateTable('api_keys')
    .set(toColumns(revocation))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

function toColumns({ at, byId, byName, reason }: Revocation) {
  return {
    revoked_at: at,
    revoked_by_id: byId,
    revoked_by_name: byName,
    revoke_reason: reason,
  }
}

export type Rotation = {
  at: string
  /** The id of the new key. */
  to: string
  /** When the old one ends. */
  expiresAt: string | null
  /** Ends the old one at once. */
  revocation: Revocation | null
}

/** Rotates a key that is live and was not rotated before. Of two at once, one gets true. */
export async function markRotated(
  db: Db,
  organizationId: string,
  id: string,
  { at, to, expiresAt, revocation }: Rotation,
): Promise<boolean> {
  const rotated = await db
    .updateTable('api_keys')
    .set({ rotated_to: to, expires_at: expiresAt, ...(revocation && toColumns(revocation)) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('rotated_to', 'is', null)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .returning('id')
    .executeTakeFirst()
  return rotated !== undefined
}

/**
 * Holds the organization's row until the transaction ends, so that two at once cannot both take
 * the last place. @returns whether the organization is there
 */
export async function lockOrganization(db: Db, organizationId: string): Promise<boolean> {
  const row = await db
    .updateTable('organizations')
    .set((eb) => ({ id: eb.ref('id') }))
    .where('id', '=', organizationId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
