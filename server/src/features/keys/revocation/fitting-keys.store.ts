import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import { maskKey } from '@zentrix/shared/keys/key-format.ts'
import { environments } from '@zentrix/shared/keys/environments.ts'
import type { KeyInBrief, KeysToRevoke } from '@zentrix/shared/schemas/revoke-many.ts'
import { readOneOf } from '../../../lib/reading/read-values.ts'
import type { Database, Db } from '../../../store/schema/database.ts'
import { selectNumberedKeys, usedSince, withUse } from '../reads/key-with-use.store.ts'
import { revocationColumns, type Revocation } from './revocation-columns.ts'

/**
 * The organization's unrevoked keys that fit all conditions, newest first, with their last uses; `db`
 * no transaction.
 */
export async function listFittingKeys(
  db: Db,
  organizationId: string,
  conditions: KeysToRevoke,
  limit: number,
): Promise<KeyInBrief[]> {
  const { unusedSince } = conditions
  let keys = selectNumberedKeys(db, organizationId).where((eb) => fits(eb, conditions))
  if (unusedSince !== undefined)
    keys = keys.where((eb) => eb.not(eb.exists(usedSince(db, Date.parse(unusedSince)))))
  const page = keys
    .orderBy('api_keys.created_at', 'desc')
    .orderBy('api_keys.id', 'desc')
    .limit(limit)
  const rows = await withUse(db, page).execute()
  return rows.map(toKeyInBrief)
}

/**
 * Revokes the organization's keys that fit all conditions, whatever else changes them meanwhile.
 *
 * @param unused the keys that were not used since `unusedSince`; undefined where that is no condition
 */
export async function markFittingRevoked(
  db: Db,
  organizationId: string,
  conditions: KeysToRevoke,
  unused: string[] | undefined,
  revocation: Revocation,
): Promise<KeyInBrief[]> {
  const rows = await db
    .updateTable('api_keys')
    .set(revocationColumns(revocation))
    .where('api_keys.organization_id', '=', organizationId)
    .where((eb) => fits(eb, conditions))
    .where((eb) => isOneOf(eb, unused))
    .returning([
      'id',
      'label',
      'last4',
      'environment',
      'created_at',
      'created_by_id',
      'created_by_name',
    ])
    .execute()
  return rows.map(toKeyInBrief)
}

type KeyExpressions = ExpressionBuilder<Database, 'api_keys'>
type Condition = ExpressionWrapper<Database, 'api_keys', SqlBool>

/** All conditions but the one about uses. */
function fits(eb: KeyExpressions, conditions: KeysToRevoke): Condition {
  const { environment, createdById, createdBefore, unusedSince, leaked, ids } = conditions
  return eb.and([
    eb('api_keys.revoked_at', 'is', null),
    ...(environment === undefined ? [] : [eb('api_keys.environment', '=', environment)]),
    ...(createdById === undefined ? [] : [eb('api_keys.created_by_id', '=', createdById)]),
    ...(createdBefore === undefined ? [] : [eb('api_keys.created_at', '<', createdBefore)]),
    ...(unusedSince === undefined ? [] : [eb('api_keys.created_at', '<', unusedSince)]),
    ...(leaked === undefined ? [] : [eb('api_keys.leaked_at', 'is not', null)]),
    isOneOf(eb, ids),
  ])
}

/** Every key is, where nothing is asked; none is, of an empty list. */
function isOneOf(eb: KeyExpressions, ids: string[] | undefined): Condition {
  if (ids === undefined) return eb.and([])
  return ids.length === 0 ? eb.or([]) : eb('api_keys.id', 'in', ids)
}

type Row = {
  id: string
  label: string
  last4: string
  environment: string
  created_at: string
  created_by_id: string | null
  created_by_name: string | null
  last_at_ms?: number | null
  last_ip?: string | null
}

function toKeyInBrief(row: Row): KeyInBrief {
  return {
    id: row.id,
    label: row.label,
    masked: maskKey(row.last4),
    environment: readOneOf(row.environment, environments, 'api_keys.environment'),
    createdAt: row.created_at,
    createdBy:
      row.created_by_id === null
        ? null
        : { id: row.created_by_id, name: row.created_by_name ?? '' },
    lastUsedAt: typeof row.last_at_ms === 'number' ? new Date(row.last_at_ms).toISOString() : null,
    lastUsedIp: row.last_ip ?? null,
  }
}
