import { sql } from 'kysely'
import { environments, type Environment } from '@zentrix/shared/environments.ts'
import { hashFor } from '../../store/hash-for.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { Db } from '../../store/schema/database.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import {
  readCount,
  readCountOrNull,
  readMoment,
  readOneOf,
  readText,
  readTexts,
} from '../../lib/read-values.ts'

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

/** Finds a key by its secret's hash, in the database, in any state, every time. */
export type KeyLookup = (secret: string) => MaybePromise<VerifiedKey | undefined>

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

function selectKey(db: Db) {
  return db.selectFrom('api_keys').select(columns)
}

/**
 * Prepares the lookup that verification makes. It takes no organization: the secret's hash alone
 * finds the key and its organization.
 */
export function prepareKeyLookup(database: OpenDatabase): KeyLookup {
  const read = database.readByHash<Row>('keys_by_hash', {
    one: (db) => selectKey(db).where('hash_head', '=', 0n).where('hash', '=', Buffer.alloc(0)),
    many: (db) =>
      selectKey(db)
        .select('hash')
        .where(sql<boolean>`hash_head = any(${[]}::bigint[])`)
        .where(sql<boolean>`hash = any(${[]}::bytea[])`),
  })
  const hashOf = hashFor(database)
  return (secret) => whenReady(read(hashOf(secret)), (row) => row && toVerifiedKey(row))
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
