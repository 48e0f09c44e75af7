import { sql } from 'kysely'
import type { Db } from '../../store/schema/database.ts'
import { folded, planFolding, type FoldQuestion } from '../../store/usage/plan-folding.ts'
import { addRows, toStoredRow, toUsageRow, type UsageRow } from '../../store/usage/usage-row.ts'
import type { UsageBatch } from '../../store/usage/batch.ts'
import type { UsageRange } from './usage-range.ts'
import { SLOTS_PER_KEY, SLOTS_PER_OUTCOME } from '../../store/usage/slot.ts'

const ROWS_PER_STATEMENT = 500

function* batchesOf<T>(rows: T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT)
}

/** Adds to the counts, and moves last uses forward, never back, also if batches arrive out of order. */
export async function addUsage(db: Db, usage: UsageRow[]): Promise<void> {
  for (const rows of batchesOf(usage)) {
    const added = await addOfOneAddress(db, rows)
    const others = added.size === rows.length ? [] : rows.filter(({ slot }) => !added.has(slot))
    if (others.length > 0) await addOfOthers(db, others)
  }
}

/**
 * Adds rows that are new, or whose uses came from the one address that those before came from, as
 * they mostly do. @returns their slots; the other rows are locked
 */
async function addOfOneAddress(db: Db, rows: UsageRow[]): Promise<Set<number>> {
  const added = await insertRows(db, rows)
    .onConflict((conflict) =>
      conflict
        .column('slot')
        .doUpdateSet({
          count: sql`key_usage.count + excluded.count`,
          last_at_ms: sql`greatest(key_usage.last_at_ms, excluded.last_at_ms)`,
          first_at_ms: sql`least(key_usage.first_at_ms, excluded.first_at_ms)`,
        })
        .where('key_usage.first_at_ms', 'is not', null)
        .where(sql.ref('excluded.first_at_ms'), 'is not', null)
        .where('key_usage.last_ip', 'is not distinct from', sql.ref<string>('excluded.last_ip')),
    )
    .returning('slot')
    .execute()
  return new Set(added.map(({ slot }) => slot))
}

/** Adds to rows that are there, and locked, whose uses came from several addresses. */
async function addOfOthers(db: Db, rows: UsageRow[]): Promise<void> {
  const slots = rows.map(({ slot }) => slot)
  const stored = await db
    .selectFrom('key_usage')
    .select(usageColumns)
    .where('slot', 'in', slots)
    .execute()
  const known = new Map(stored.map((row) => [row.slot, toUsageRow(row)]))
  const sums = rows.map((row) => {
    const before = known.get(row.slot)
    return before === undefined ? row : addRows(before, row)
  })
  await insertRows(db, sums)
    .onConflict((conflict) =>
      conflict.column('slot').doUpdateSet({
        count: sql.ref('excluded.count'),
        last_at_ms: sql.ref('excluded.last_at_ms'),
        last_ip: sql.ref('excluded.last_ip'),
        first_at_ms: sql.ref('excluded.first_at_ms'),
        callers: sql.ref('excluded.callers'),
      }),
    )
    .execute()
}

function insertRows(db: Db, rows: UsageRow[]) {
  return db.insertInto('key_usage').values(
    rows.map(toStoredRow).map(({ slot, count, lastAtMs, lastIp, firstAtMs, callers }) => ({
      slot,
      count,
      last_at_ms: lastAtMs,
      last_ip: lastIp,
      first_at_ms: firstAtMs,
      callers,
    })),
  )
}

const usageColumns = [
  'slot',
  'count',
  'last_at_ms as lastAtMs',
  'last_ip as lastIp',
  'first_at_ms as firstAtMs',
  'callers',
] as const

/** Folds a part of the old rows. @returns the slot to continue after, undefined at the end */
export async function foldUsageRows(db: Db, question: FoldQuestion): Promise<number | undefined> {
  const stored = await db
    .selectFrom('key_usage')
    .select(usageColumns)
    .where('slot', '>', question.after)
    .orderBy('slot')
    .limit(question.limit + 1)
    .execute()
  const { fates, next } = planFolding(stored.map(toUsageRow), question)
  if (fates.size > 0)
    await db.transaction().execute(async (tx) => {
      // Their counts at deletion: another process may have added to a row since it was read.
      const taken = await tx
        .deleteFrom('key_usage')
        .where('slot', 'in', [...fates.keys()])
        .returning(usageColumns)
        .execute()
      await addUsage(tx, folded(taken.map(toUsageRow), fates))
    })
  return next
}

/** Moves last uses of service tokens forward. */
export async function moveServiceTokenUses(
  db: Db,
  uses: UsageBatch['serviceTokens'],
): Promise<void> {
  if (uses.length === 0) return
  await db
    .insertInto('service_token_uses')
    .values(
      uses
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, atMs, ip]) => ({ service_token_id: id, last_at_ms: atMs, last_ip: ip })),
    )
    .onConflict((conflict) =>
      conflict
        .column('service_token_id')
        .doUpdateSet({
          last_at_ms: sql.ref('excluded.last_at_ms'),
          last_ip: sql.ref('excluded.last_ip'),
        })
        .whereRef('service_token_uses.last_at_ms', '<=', 'excluded.last_at_ms'),
    )
    .execute()
}

/**
 * The usage rows of a key within a range of hours; undefined when the organization has no such key.
 *
 * @param db not a transaction: on SQLite, usage is in a file that only the reading connection opens
 */
export async function findUsage(
  db: Db,
  organizationId: string,
  id: string,
  { firstHour, endHour }: UsageRange,
): Promise<{ slot: number; count: number }[] | undefined> {
  const number = await findKeyNumber(db, organizationId, id)
  if (number === undefined) return undefined
  const hour = sql<number>`slot % ${sql.lit(SLOTS_PER_OUTCOME)}`
  return db
    .selectFrom('key_usage')
    .select(['slot', 'count'])
    .where('slot', '>=', number * SLOTS_PER_KEY)
    .where('slot', '<', (number + 1) * SLOTS_PER_KEY)
    .where(hour, '>=', firstHour)
    .where(hour, '<', endHour)
    .execute()
}

/** The number under which the uses of a key are counted; undefined for another organization's. */
export async function findKeyNumber(
  db: Db,
  organizationId: string,
  id: string,
): Promise<number | undefined> {
  const key = await db
    .selectFrom('api_keys')
    .select('number')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return key?.number
}
