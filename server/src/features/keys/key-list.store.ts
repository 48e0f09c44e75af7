import { sql, type ExpressionBuilder } from 'kysely'
import {
  type ApiKey,
  type Hygiene,
  type KeyFilter,
  type KeyPage,
  type ListKeysQuery,
} from '@zentrix/shared/schemas/keys.ts'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import { outcomes } from '@zentrix/shared/schemas/usage.ts'
import type { Database, Db } from '../../store/schema/database.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import {
  HOURS_PER_DAY,
  hourOf,
  SLOTS_PER_KEY,
  SLOTS_PER_OUTCOME,
  slotOf,
} from '../../store/usage/slot.ts'
import { selectKeys } from './keys.store.ts'
import { foldLabel, keyColumns } from '../../store/schema/keys.ts'
import { toApiKey } from './key-record.ts'

const FIRST_VALID_SLOT = slotOf(0, outcomes.indexOf('VALID'), 0)
const HYGIENE_MS = HYGIENE_DAYS * DAY_MS

/** The slot of accepted uses of the row's key in an hour. */
function acceptedSlot(hour: number) {
  return sql<number>`api_keys.number * ${sql.lit(SLOTS_PER_KEY)} + ${sql.lit(FIRST_VALID_SLOT + hour)}`
}

/**
 * Adds the last use to the keys of a query: the row of usage with the newest slot of outcome VALID.
 * The query is a subquery, because PostgreSQL might otherwise look up the use of every key.
 */
function withUse(db: Db, keys: ReturnType<typeof selectNumberedKeys>) {
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

function selectNumberedKeys(db: Db, organizationId: string) {
  return selectKeys(db, organizationId).select('api_keys.number')
}

/**
 * One key of the organization with its last use.
 *
 * @param db not a transaction: on SQLite, usage is in a file that only the reading connection opens
 */
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

/** One page of the organization's keys with their last uses, newest first; `db` as above. */
export async function listKeysWithUse(
  db: Db,
  organizationId: string,
  query: ListKeysQuery,
  now: string,
): Promise<KeyPage> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE
  const text = query.q?.trim() ?? ''
  let keys = selectNumberedKeys(db, organizationId).where((eb) =>
    hasStatus(eb, query.status ?? 'active', now),
  )
  if (query.environment !== undefined)
    keys = keys.where('api_keys.environment', '=', query.environment)
  if (query.hygiene !== undefined) keys = keys.where(needsCare(query.hygiene, now))
  if (text !== '') keys = keys.where((eb) => matches(eb, text))
  if (query.cursor !== undefined)
    keys = keys.where(beforeCursor('api_keys.created_at', 'api_keys.id', readCursor(query.cursor)))
  const page = keys
    .orderBy('api_keys.created_at', 'desc')
    .orderBy('api_keys.id', 'desc')
    .limit(limit + 1)
  const rows = await withUse(db, page)
    .orderBy('api_keys.created_at', 'desc')
    .orderBy('api_keys.id', 'desc')
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

// Six characters: long enough to be no word of a label, and not to be in every id.
const partOfId = /^[0-9A-Za-z_]{6,}$/
const lastFour = /^(?:(?:nas_)?\.{3})?([\x21-\x7e]{4})$/

function matches(eb: KeyExpressions, text: string) {
  // On SQLite `like` takes ten times as long if the text almost matches in many places.
  const isIn = (column: string, part: string) =>
    sql<boolean>`replace(${sql.ref(column)}, ${part}, '') <> ${sql.ref(column)}`
  // The last four alone, or the masked key as the table shows it.
  const last4 = lastFour.exec(text)?.[1]
  return eb.or([
    isIn('api_keys.label_folded', foldLabel(text)),
    ...(last4 === undefined ? [] : [eb('api_keys.last4', '=', last4)]),
    ...(partOfId.test(text) ? [isIn('api_keys.id', text)] : []),
  ])
}

function needsCare(hygiene: Hygiene, now: string) {
  const beforeMs = Date.parse(now) - HYGIENE_MS
  return (eb: KeyExpressions) => {
    const isOld = eb('api_keys.created_at', '<', new Date(beforeMs).toISOString())
    switch (hygiene) {
      case 'leaked':
        return eb('api_keys.leaked_at', 'is not', null)
      case 'never-expires':
        return eb('api_keys.expires_at', 'is', null)
      case 'old':
        return isOld
      case 'unused':
        return eb.and([isOld, eb.not(eb.exists(acceptedSince(eb, beforeMs)))])
    }
  }
}

/** An accepted use since a moment, or since that day began: its use may be folded into one hour. */
function acceptedSince(eb: KeyExpressions, sinceMs: number) {
  const hour = hourOf(sinceMs)
  return eb
    .selectFrom('key_usage as since')
    .select('since.slot')
    .where('since.slot', '>=', acceptedSlot(hour - (hour % HOURS_PER_DAY)))
    .where('since.slot', '<', acceptedSlot(SLOTS_PER_OUTCOME))
    .where('since.last_at_ms', '>=', sinceMs)
}
