import { refusalCodes } from '@zentrix/shared/verification/verdict.ts'
import type { FoundRefusal, Refusal } from '@zentrix/shared/schemas/usage/callers.ts'
import { readOneOf, readTexts } from '../../lib/reading/read-values.ts'
import type { Db } from '../../store/schema/database.ts'
import type { KeyRefusalsTable } from '../../store/schema/usage.ts'
import { MAX_REFUSALS, type RefusedUse } from '../../store/usage/batch.ts'

const MAX_FOUND = 100

/** Adds refusals, and keeps the last of each key. */
export async function addRefusals(db: Db, refusals: RefusedUse[]): Promise<void> {
  if (refusals.length === 0) return
  await db
    .insertInto('key_refusals')
    .values(
      refusals.map(({ keyNumber, atMs, code, ip, requestId, scopes }) => ({
        key_number: keyNumber,
        at_ms: atMs,
        code,
        ip,
        request_id: requestId,
        scopes: JSON.stringify(scopes),
      })),
    )
    .execute()
  const keys = [...new Set(refusals.map(({ keyNumber }) => keyNumber))]
  // Another node may be removing the same ones: neither waits for the other.
  await db
    .deleteFrom('key_refusals')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('key_refusals')
        .select('id')
        .where('id', 'in', (inner) =>
          inner
            .selectFrom((ranked) =>
              ranked
                .selectFrom('key_refusals')
                .select(({ fn }) => [
                  'id',
                  fn
                    .agg<number>('row_number')
                    .over((over) =>
                      over.partitionBy('key_number').orderBy('at_ms', 'desc').orderBy('id', 'desc'),
                    )
                    .as('place'),
                ])
                .where('key_number', 'in', keys)
                .as('ranked'),
            )
            .select('ranked.id')
            .where('ranked.place', '>', MAX_REFUSALS),
        )
        .forUpdate()
        .skipLocked(),
    )
    .execute()
}

/** Removes the refusals of keys from one number to another that are older than a moment. */
export async function removeRefusals(
  db: Db,
  [from, to]: [from: number, to: number],
  beforeMs: number,
): Promise<void> {
  await db
    .deleteFrom('key_refusals')
    .where('key_number', '>=', from)
    .where('key_number', '<=', to)
    .where('at_ms', '<', beforeMs)
    .execute()
}

const columns = [
  'key_refusals.at_ms',
  'key_refusals.code',
  'key_refusals.ip',
  'key_refusals.request_id',
  'key_refusals.scopes',
] as const

type RefusalRow = Pick<KeyRefusalsTable, 'at_ms' | 'code' | 'ip' | 'request_id' | 'scopes'>

/** The last refusals of a key, latest first. */
export async function listRefusals(db: Db, keyNumber: number): Promise<Refusal[]> {
  const rows = await db
    .selectFrom('key_refusals')
    .select(columns)
    .where('key_number', '=', keyNumber)
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(MAX_REFUSALS)
    .execute()
  return rows.map(toRefusal)
}

/** Refusals of an organization's keys by the id of the request, latest first. */
export async function listRefusalsOfRequest(
  db: Db,
  organizationId: string,
  requestId: string,
): Promise<FoundRefusal[]> {
  const rows = await db
    .selectFrom('key_refusals')
    .innerJoin('api_keys', 'api_keys.number', 'key_refusals.key_number')
    .select([...columns, 'api_keys.id as key_id'])
    .where('key_refusals.request_id', '=', requestId)
    .where('api_keys.organization_id', '=', organizationId)
    .orderBy('key_refusals.at_ms', 'desc')
    .orderBy('key_refusals.id', 'desc')
    .limit(MAX_FOUND)
    .execute()
  return rows.map((row) => ({ keyId: row.key_id, ...toRefusal(row) }))
}

function toRefusal(row: RefusalRow): Refusal {
  return {
    at: new Date(row.at_ms).toISOString(),
    code: readOneOf(row.code, refusalCodes, 'key_refusals.code'),
    ip: row.ip,
    requestId: row.request_id,
    scopes: readTexts(row.scopes, 'key_refusals.scopes'),
  }
}
