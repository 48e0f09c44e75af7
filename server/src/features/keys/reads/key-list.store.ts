import { sql, type ExpressionBuilder } from 'kysely'
import type {
  CountKeysQuery,
  Hygiene,
  KeyCounts,
  KeyFilter,
  KeyPage,
  ListKeysQuery,
} from '@zentrix/shared/schemas/keys.ts'
import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import type { Database, Db } from '../../../store/schema/database.ts'
import { beforeCursor, readCursor, toPage } from '../../../store/keyset.ts'
import { daysAfter } from '../../../store/days-after.ts'
import type { DialectName } from '../../../store/schema/dialect.ts'
import { foldLabel } from '../../../store/schema/keys.ts'
import { toApiKey } from '../key-record.ts'
import { selectNumberedKeys, usedSince, withUse } from './key-with-use.store.ts'

const HYGIENE_MS = HYGIENE_DAYS * DAY_MS

/** One page of the organization's keys with their last uses, latest first; `db` no transaction. */
export async function listKeysWithUse(
  db: Db,
  organizationId: string,
  query: ListKeysQuery,
  now: string,
  asked: AskedOfKeys = { policy: noPolicy, dialect: 'sqlite' },
): Promise<KeyPage> {
  let keys = selectFitting(db, organizationId, query).where((eb) =>
    hasStatus(eb, query.status ?? 'active', now),
  )
  if (query.hygiene !== undefined) keys = keys.where(needsCare(db, query.hygiene, now, asked))
  return query.sort === 'lastUsed'
    ? listByLastUse(db, keys, query, now)
    : listByCreation(db, keys, query, now)
}

type Keys = ReturnType<typeof selectNumberedKeys>

async function listByCreation(
  db: Db,
  keys: Keys,
  { limit = DEFAULT_PAGE_SIZE, cursor }: ListKeysQuery,
  now: string,
): Promise<KeyPage> {
  const rest =
    cursor === undefined
      ? keys
      : keys.where(beforeCursor('api_keys.created_at', 'api_keys.id', readCursor(cursor)))
  const page = rest
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

// Keys that were never used follow all others, as if they had been used at the beginning of time.
const lastUseMs = sql<number>`coalesce(key_usage.last_at_ms, 0)`

/** Looks up the use of every key that fits. A key that is used meanwhile may move between pages. */
async function listByLastUse(
  db: Db,
  keys: Keys,
  { limit = DEFAULT_PAGE_SIZE, cursor }: ListKeysQuery,
  now: string,
): Promise<KeyPage> {
  let used = withUse(db, keys)
  if (cursor !== undefined) {
    const { at, id } = readCursor(cursor)
    used = used.where(sql<boolean>`(${lastUseMs}, api_keys.id) < (${Date.parse(at)}, ${id})`)
  }
  const rows = await used
    .orderBy(lastUseMs, 'desc')
    .orderBy('api_keys.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(
    rows,
    limit,
    (row) => toApiKey(row, now),
    (row) => ({ at: toMoment(row.last_at_ms ?? 0), id: row.id }),
  )
}

/** How many keys of the organization fit the conditions, by state; disabled ones are active. */
export async function countKeysByStatus(
  db: Db,
  organizationId: string,
  query: CountKeysQuery,
  now: string,
): Promise<KeyCounts> {
  const count = (filter: KeyFilter) => (eb: KeyExpressions) =>
    eb.fn
      .countAll<number>()
      .filterWhere((row) => hasStatus(row, filter, now))
      .as(filter)
  return selectFitting(db, organizationId, query)
    .clearSelect()
    .select([count('active'), count('revoked'), count('expired')])
    .executeTakeFirstOrThrow()
}

/** How many keys of each of these makers are neither revoked nor expired. */
export async function countActiveByCreator(
  db: Db,
  organizationId: string,
  creatorIds: string[],
  now: string,
): Promise<Map<string | null, number>> {
  if (creatorIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('api_keys')
    .select(({ fn }) => ['created_by_id as id', fn.countAll<number>().as('count')])
    .where('organization_id', '=', organizationId)
    .where('created_by_id', 'in', creatorIds)
    .where((eb) => hasStatus(eb, 'active', now))
    .groupBy('created_by_id')
    .execute()
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** The organization's keys that fit the conditions of a list and of its counts. */
function selectFitting(db: Db, organizationId: string, query: CountKeysQuery) {
  const text = query.q?.trim() ?? ''
  let keys = selectNumberedKeys(db, organizationId)
  if (query.environment !== undefined)
    keys = keys.where('api_keys.environment', '=', query.environment)
  if (query.createdById !== undefined)
    keys = keys.where('api_keys.created_by_id', '=', query.createdById)
  if (text !== '') keys = keys.where((eb) => matches(eb, text))
  return keys
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

/** The organization's policy, for a list of the keys that break it. */
export type AskedOfKeys = { policy: Policy; dialect: DialectName }

function needsCare(db: Db, hygiene: Hygiene, now: string, asked: AskedOfKeys) {
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
        return eb.and([isOld, eb.not(eb.exists(usedSince(db, beforeMs)))])
      case 'breaks-policy':
        return breaks(eb, asked)
    }
  }
}

/** The rule of `findBreaches`. */
function breaks(eb: KeyExpressions, { policy, dialect }: AskedOfKeys) {
  const { maxLifetimeDays, requireAllowedIps, requireScopes } = policy
  const lacks = (column: 'allowed_ips' | 'scopes') =>
    eb.and([
      eb('api_keys.environment', '=', 'production'),
      eb(`api_keys.${column}`, '=', JSON.stringify([])),
    ])
  return eb.or([
    ...(maxLifetimeDays === null
      ? []
      : [
          eb('api_keys.expires_at', 'is', null),
          eb(
            'api_keys.expires_at',
            '>',
            daysAfter(dialect, 'api_keys.created_at', maxLifetimeDays),
          ),
        ]),
    ...(requireAllowedIps ? [lacks('allowed_ips')] : []),
    ...(requireScopes ? [lacks('scopes')] : []),
  ])
}
