import { sql, type SelectQueryBuilder } from 'kysely'
import { environments, type Environment } from '@zentrix/shared/keys/environments.ts'
import { hashFor } from '../../store/hash-for.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { Database, Db } from '../../store/schema/database.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import {
  readCount,
  readCountOrNull,
  readMoment,
  readOneOf,
  readText,
  readTexts,
} from '../../lib/reading/read-values.ts'

/** The facts about a key that a decision needs, as committed at the moment of reading. */
export type VerifiedKey = {
  /** Usage is counted by this number. */
  number: number
  /** Its budget is counted under this number: that of the first key that it was rotated from. */
  budgetNumber: number
  id: string
  organizationId: string
  label: string
  environment: Environment
  scopes: string[]
  allowedIps: string[]
  rateLimitPerMinute: number | null
  expiresAt: string | null
  isDisabled: boolean
  isRevoked: boolean
}

/** A key with the last change that the log had in the same snapshot. */
export type KeyAsOf = VerifiedKey & { asOf: number }

/** Finds a key by its secret's hash, in the database, in any state, every time. */
export type KeyLookup = (secret: string) => MaybePromise<VerifiedKey | undefined>

export type KeyAsOfLookup = (secret: string) => MaybePromise<KeyAsOf | undefined>

const columns = [
  'number',
  'budget_number',
  'id',
  'organization_id',
  'label',
  'environment',
  'scopes',
  'allowed_ips',
  'rate_limit_per_minute',
  'expires_at',
  'disabled_at',
  'revoked_at',
] as const

type Row = Awaited<ReturnType<ReturnType<typeof selectKey>['executeTakeFirstOrThrow']>>

type AsOfRow = Row & { as_of: number | null }

function selectKey(db: Db) {
  return db.selectFrom('api_keys').select(columns)
}

function selectKeyAsOf(db: Db) {
  return selectKey(db).select((eb) =>
    eb
      .selectFrom('verdict_changes')
      .select(({ fn }) => fn.max('verdict_changes.seq').as('seq'))
      .as('as_of'),
  )
}

/**
 * Prepares the lookup that verification makes. It takes no organization: the secret's hash alone
 * finds the key and its organization.
 */
export function prepareKeyLookup(database: OpenDatabase): KeyLookup {
  const read = database.readByHash<Row>('keys_by_hash', {
    one: (db) => whereHash(selectKey(db)),
    many: (db) => whereHashes(selectKey(db).select('hash')),
  })
  const hashOf = hashFor(database)
  return (secret) => whenReady(read(hashOf(secret)), (row) => row && toVerifiedKey(row))
}

/** The same for a verifier that keeps a copy of the key. */
export function prepareKeyAsOfLookup(database: OpenDatabase): KeyAsOfLookup {
  const read = database.readByHash<AsOfRow>('keys_by_hash_as_of', {
    one: (db) => whereHash(selectKeyAsOf(db)),
    many: (db) => whereHashes(selectKeyAsOf(db).select('hash')),
  })
  const hashOf = hashFor(database)
  const toKey = (row: AsOfRow) => ({
    ...toVerifiedKey(row),
    asOf: readCount(row.as_of, 'verdict_changes.seq'),
  })
  return (secret) => whenReady(read(hashOf(secret)), (row) => row && toKey(row))
}

type Selecting<Found> = SelectQueryBuilder<Database, 'api_keys', Found>

function whereHash<Found>(keys: Selecting<Found>): Selecting<Found> {
  return keys.where('hash_head', '=', 0n).where('hash', '=', Buffer.alloc(0))
}

function whereHashes<Found>(keys: Selecting<Found>): Selecting<Found> {
  return keys
    .where(sql<boolean>`hash_head = any(${[]}::bigint[])`)
    .where(sql<boolean>`hash = any(${[]}::bytea[])`)
}

/** The columns that counting a use of a key needs. */
export type CountedKey = Pick<
  VerifiedKey,
  'id' | 'number' | 'budgetNumber' | 'organizationId' | 'environment'
>

/** Keys by id, of all organizations: the caller passes over those that it may not count for. */
export async function findCountedKeys(db: Db, ids: string[]): Promise<CountedKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .select(['id', 'number', 'budget_number', 'organization_id', 'environment'])
    .where('id', 'in', ids)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    budgetNumber: row.budget_number ?? row.number,
    organizationId: row.organization_id,
    environment: readOneOf(row.environment, environments, 'api_keys.environment'),
  }))
}

/** Finds a key by id as the transaction sees it, for a token that was minted from it. */
export async function findKeyState(db: Db, id: string): Promise<VerifiedKey | undefined> {
  const row = await selectKey(db).where('id', '=', id).executeTakeFirst()
  return row && toVerifiedKey(row)
}

const LIMIT = 'api_keys.rate_limit_per_minute'

/** @throws {UnreadableError} instead of null, which would mean no expiry or no limit */
function toVerifiedKey(row: Row): VerifiedKey {
  return {
    number: readCount(row.number, 'api_keys.number'),
    budgetNumber: readCountOrNull(row.budget_number, 'api_keys.budget_number') ?? row.number,
    id: readText(row.id, 'api_keys.id'),
    organizationId: readText(row.organization_id, 'api_keys.organization_id'),
    label: readText(row.label, 'api_keys.label'),
    environment: readOneOf(row.environment, environments, 'api_keys.environment'),
    scopes: readTexts(row.scopes, 'api_keys.scopes'),
    allowedIps: readTexts(row.allowed_ips, 'api_keys.allowed_ips'),
    rateLimitPerMinute: readCountOrNull(row.rate_limit_per_minute, LIMIT),
    expiresAt: readMoment(row.expires_at, 'api_keys.expires_at'),
    isDisabled: readMoment(row.disabled_at, 'api_keys.disabled_at') !== null,
    isRevoked: readMoment(row.revoked_at, 'api_keys.revoked_at') !== null,
  }
}
