import type { Environment } from '@zentrix/shared/keys.ts'
import type { Db } from '../../store/database.ts'

/** What a decision about a key needs, as it was committed at the moment of reading. */
export type VerifiedKey = {
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

/**
 * Reads a key by its hash. Read for every request: nothing in memory can prove itself fresh.
 *
 * Takes no organization, because the hash of the secret is what tells whose it is.
 */
export async function findKeyByHash(db: Db, hash: Buffer): Promise<VerifiedKey | undefined> {
  return findVerifiedKey(db, 'hash', hash)
}

/** Reads a key by id, for a token that was minted from it. */
export async function findKeyState(db: Db, id: string): Promise<VerifiedKey | undefined> {
  return findVerifiedKey(db, 'id', id)
}

async function findVerifiedKey(
  db: Db,
  column: 'hash' | 'id',
  value: Buffer | string,
): Promise<VerifiedKey | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select([
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
    ])
    .where(column, '=', value)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      organizationId: row.organization_id,
      label: row.label,
      environment: row.environment,
      scopes: JSON.parse(row.scopes) as string[],
      allowedIps: JSON.parse(row.allowed_ips) as string[],
      rateLimitPerMinute: row.rate_limit_per_minute,
      expiresAt: row.expires_at,
      isDisabled: row.disabled_at !== null,
      isRevoked: row.revoked_at !== null,
    }
  )
}
