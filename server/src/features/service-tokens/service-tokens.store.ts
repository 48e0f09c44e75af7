import type { Insertable } from 'kysely'
import { maskServiceToken } from '@zentrix/shared/keys/key-format.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import type {
  ListServiceTokensQuery,
  ServiceToken,
  ServiceTokenPage,
} from '@zentrix/shared/schemas/service-tokens.ts'
import { hashFor } from '../../store/hash-for.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { Db } from '../../store/schema/database.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import { readMoment, readText, readTexts, readTextsOrNull } from '../../lib/reading/read-values.ts'
import type { ServiceTokensTable } from '../../store/schema/service-tokens.ts'
import { serviceTokenStatus } from './service-token-status.ts'

/** The facts about a token that authentication needs. */
export type FoundToken = {
  id: string
  name: string
  scopes: ServiceScope[]
  /** The organizations it is limited to; null means all. */
  organizationIds: string[] | null
  expiresAt: string | null
  revokedAt: string | null
}

const tokenColumns = [
  'service_tokens.id',
  'service_tokens.name',
  'service_tokens.last4',
  'service_tokens.scopes',
  'service_tokens.organization_ids',
  'service_tokens.created_at',
  'service_tokens.expires_at',
  'service_tokens.revoked_at',
  'service_tokens.leaked_at',
] as const

type TokenRow = Omit<ServiceTokensTable, 'hash' | 'organization_id'>
type Use = { last_at_ms: number | null; last_ip: string | null }

const neverUsed: Use = { last_at_ms: null, last_ip: null }

function toFoundToken(row: TokenRow): FoundToken {
  return {
    id: readText(row.id, 'service_tokens.id'),
    name: readText(row.name, 'service_tokens.name'),
    scopes: readTexts(row.scopes, 'service_tokens.scopes') as ServiceScope[],
    organizationIds: readTextsOrNull(row.organization_ids, 'service_tokens.organization_ids'),
    expiresAt: readMoment(row.expires_at, 'service_tokens.expires_at'),
    revokedAt: readMoment(row.revoked_at, 'service_tokens.revoked_at'),
  }
}

function toServiceToken(row: TokenRow & Use, nowMs: number): ServiceToken {
  const found = toFoundToken(row)
  const { id, name, scopes, organizationIds, expiresAt } = found
  return {
    id,
    name,
    masked: maskServiceToken(row.last4),
    last4: row.last4,
    scopes,
    organizationIds,
    status: serviceTokenStatus(found, nowMs),
    leakedAt: row.leaked_at,
    createdAt: row.created_at,
    expiresAt,
    lastUsedAt: row.last_at_ms === null ? null : new Date(row.last_at_ms).toISOString(),
    lastUsedIp: row.last_ip,
  }
}

/** @param db not a transaction: on SQLite, uses are in a file that only the reading connection opens */
function selectTokensWithUse(db: Db) {
  return db
    .selectFrom('service_tokens')
    .leftJoin('service_token_uses', 'service_token_uses.service_token_id', 'service_tokens.id')
    .select([...tokenColumns, 'service_token_uses.last_at_ms', 'service_token_uses.last_ip'])
    .orderBy('service_tokens.created_at', 'desc')
    .orderBy('service_tokens.id', 'desc')
}

/** Every service token of every organization, newest first: for the operator only. */
export async function selectAllTokens(db: Db, nowMs: number): Promise<ServiceToken[]> {
  const rows = await selectTokensWithUse(db).execute()
  return rows.map((row) => toServiceToken(row, nowMs))
}

/** One page of an organization's own tokens that are not revoked, newest first. */
export async function listTokensOf(
  db: Db,
  organizationId: string,
  query: ListServiceTokensQuery,
  nowMs: number,
): Promise<ServiceTokenPage> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE
  let tokens = selectTokensWithUse(db)
    .where('service_tokens.organization_id', '=', organizationId)
    .where('service_tokens.revoked_at', 'is', null)
  if (query.cursor !== undefined) {
    const cursor = readCursor(query.cursor)
    tokens = tokens.where(beforeCursor('service_tokens.created_at', 'service_tokens.id', cursor))
  }
  const rows = await tokens.limit(limit + 1).execute()
  return toPage(
    rows,
    limit,
    (row) => toServiceToken(row, nowMs),
    (row) => ({ at: row.created_at, id: row.id }),
  )
}

function selectToken(db: Db, organizationId: string, id: string) {
  return db
    .selectFrom('service_tokens')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
}

/** Whether a token belongs to the organization, revoked or not. */
export async function hasToken(db: Db, organizationId: string, id: string): Promise<boolean> {
  return (await selectToken(db, organizationId, id).select('id').executeTakeFirst()) !== undefined
}

/** A token of the organization that this transaction has just inserted. */
export async function selectNewToken(
  db: Db,
  organizationId: string,
  id: string,
  nowMs: number,
): Promise<ServiceToken> {
  const row = await selectToken(db, organizationId, id)
    .select(tokenColumns)
    .executeTakeFirstOrThrow()
  return toServiceToken({ ...row, ...neverUsed }, nowMs)
}

export async function countUnrevokedTokens(db: Db, organizationId: string): Promise<number> {
  const { unrevoked } = await db
    .selectFrom('service_tokens')
    .select((eb) => eb.fn.countAll<number>().as('unrevoked'))
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(unrevoked)
}

/** Finds a token by its secret, or by its id, in the database, every time. */
export type ServiceTokenLookup = (secretOrId: string) => MaybePromise<FoundToken | undefined>

/** Prepares the lookup that authentication makes. */
export function prepareServiceTokenLookup(database: OpenDatabase): ServiceTokenLookup {
  const read = database.pointRead<TokenRow>('service_token_by_hash', (db) =>
    db.selectFrom('service_tokens').select(tokenColumns).where('hash', '=', Buffer.alloc(0)),
  )
  const hash = hashFor(database)
  return (secret) => whenReady(read(hash(secret)), (row) => row && toFoundToken(row))
}

/** Prepares the lookup by id, of a token that has authenticated its request already. */
export function prepareServiceTokenById(database: OpenDatabase): ServiceTokenLookup {
  const read = database.pointRead<TokenRow>('service_token_by_id', (db) =>
    db.selectFrom('service_tokens').select(tokenColumns).where('id', '=', ''),
  )
  return (id) => whenReady(read(id), (row) => row && toFoundToken(row))
}

/** Inserts a token unless its hash is there already. @returns whether it was inserted */
export async function insertServiceToken(
  db: Db,
  row: Insertable<ServiceTokensTable>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('service_tokens')
    .values(row)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Revokes a token that is not revoked. @returns its name and organization; undefined if none is */
export async function markTokenRevoked(db: Db, id: string, now: string) {
  return markOnce(db, id, 'revoked_at', now)
}

/** Marks a token as leaked. @returns its name and organization; undefined if it was marked before */
export async function markTokenLeaked(db: Db, id: string, now: string) {
  return markOnce(db, id, 'leaked_at', now)
}

async function markOnce(
  db: Db,
  id: string,
  column: 'revoked_at' | 'leaked_at',
  now: string,
): Promise<{ name: string; organizationId: string | null } | undefined> {
  return db
    .updateTable('service_tokens')
    .set({ [column]: now })
    .where('id', '=', id)
    .where(column, 'is', null)
    .returning(['name', 'organization_id as organizationId'])
    .executeTakeFirst()
}
