import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import { hashFor } from '../../store/hash-for.ts'
import { whenReady, type MaybePromise } from '../../maybe-promise.ts'
import type { Db } from '../../store/database.ts'
import type { OpenDatabase } from '../../store/open-database.ts'
import type { ServiceTokensTable } from './service-tokens.table.ts'

/** A service token without its secret. */
export type ServiceToken = {
  id: string
  name: string
  last4: string
  scopes: ServiceScope[]
  /** The organizations it is limited to; null means all. */
  organizationIds: string[] | null
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
  lastUsedAt: string | null
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
] as const

type TokenRow = Omit<ServiceTokensTable, 'hash'> & { last_at_ms: number | null }

function toServiceToken(row: TokenRow): ServiceToken {
  return {
    id: row.id,
    name: row.name,
    last4: row.last4,
    scopes: JSON.parse(row.scopes) as ServiceScope[],
    organizationIds:
      row.organization_ids === null ? null : (JSON.parse(row.organization_ids) as string[]),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_at_ms === null ? null : new Date(row.last_at_ms).toISOString(),
  }
}

function selectTokens(db: Db) {
  return db
    .selectFrom('service_tokens')
    .leftJoin('service_token_uses', 'service_token_uses.service_token_id', 'service_tokens.id')
    .select([...tokenColumns, 'service_token_uses.last_at_ms'])
}

/** Every service token, newest first. There are few: one for each service of the platform. */
export async function selectServiceTokens(db: Db): Promise<ServiceToken[]> {
  const rows = await selectTokens(db)
    .orderBy('service_tokens.created_at', 'desc')
    .orderBy('service_tokens.id', 'desc')
    .execute()
  return rows.map(toServiceToken)
}

/** Reads a token by its secret's hash, from the database, every time. */
export type ServiceTokenLookup = (
  secret: string,
) => MaybePromise<Omit<ServiceToken, 'lastUsedAt'> | undefined>

/** Prepares the lookup that authentication makes. */
export function prepareServiceTokenLookup(database: OpenDatabase): ServiceTokenLookup {
  const read = database.pointRead<Omit<TokenRow, 'last_at_ms'>>('service_token_by_hash', (db) =>
    db.selectFrom('service_tokens').select(tokenColumns).where('hash', '=', Buffer.alloc(0)),
  )
  const hash = hashFor(database)
  return (secret) =>
    whenReady(read(hash(secret)), (row) => row && toServiceToken({ ...row, last_at_ms: null }))
}

/** Inserts a token unless its hash is there already. @returns whether it was inserted */
export async function insertServiceToken(db: Db, row: ServiceTokensTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('service_tokens')
    .values(row)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Revokes a token that is not revoked. @returns its name, or undefined when there is none */
export async function markTokenRevoked(
  db: Db,
  id: string,
  now: string,
): Promise<{ name: string } | undefined> {
  return db
    .updateTable('service_tokens')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst()
}
