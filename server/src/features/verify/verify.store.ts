import { sql } from 'kysely'
import type { Environment } from '@zentrix/shared/keys.ts'
import { hashFor } from '../../store/hash-for.ts'
import { whenReady, type MaybePromise } from '../../maybe-promise.ts'
import type { Db } from '../../store/database.ts'
import type { OpenDatabase } from '../../store/open-database.ts'

/** What a decision about a key needs, as it was committed at the moment of reading. */
export type VerifiedKey = {
  /** What usage is counted by. */
  number: number
  /** Where its budget is counted: the number of the first key that it was rotated from, if any. */
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

/** Reads a key by its secret's hash, from the database, every time. */
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
 * Prepares the lookup that verification makes. It takes no organization, because the hash of the
 * secret is what tells whose the key is.
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

/** Reads a key by id as the transaction sees it, for a token that was minted from it. */
export async function findKeyState(db: Db, id: string): Promise<VerifiedKey | undefined> {
  const row = await selectKey(db).where('id', '=', id).executeTakeFirst()
  return row && toVerifiedKey(row)
}

function toVerifiedKey(row: Row): VerifiedKey {
  return {
    number: row.number,
    budgetNumber: row.budget_number ?? row.number,
    id: row.id,
    organizationId: row.organization_id,
    label: row.label,
    environment: row.environment,
    scopes: toList(row.scopes),
    allowedIps: toList(row.allowed_ips),
    rateLimitPerMinute: row.rate_limit_per_minute,
    expiresAt: row.expires_at,
    isDisabled: row.disabled_at !== null,
    isRevoked: row.revoked_at !== null,
  }
}

// Most keys have neither scopes nor addresses.
function toList(json: string): string[] {
  return json === '[]' ? [] : (JSON.parse(json) as string[])
}
