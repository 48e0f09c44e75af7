import { sql } from 'kysely'
import type { Db } from '../../store/schema/database.ts'
import type { OrganizationQuestion } from '../../store/usage/plan-folding.ts'
import { HOURS_PER_DAY } from '../../store/usage/slot.ts'
import type { OrganizationUsage } from '../../store/usage/sum-by-organization.ts'
import type { UsageRange } from './usage-range.ts'

const columns = [
  'organization_id as organizationId',
  'environment',
  'outcome',
  'hour',
  'count',
] as const

/** Adds to the counts of organizations; rows come in one order, so no two nodes deadlock. */
export async function addOrganizationUsage(db: Db, rows: OrganizationUsage[]): Promise<void> {
  if (rows.length === 0) return
  await db
    .insertInto('organization_usage')
    .values(
      rows.map(({ organizationId, environment, outcome, hour, count }) => ({
        organization_id: organizationId,
        environment,
        outcome,
        hour,
        count,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'environment', 'outcome', 'hour'])
        .doUpdateSet({ count: sql`organization_usage.count + excluded.count` }),
    )
    .execute()
}

/** Folds the next organization after one. @returns which; undefined after the last */
export async function foldOrganization(
  db: Db,
  { after, foldBefore, removeBefore }: OrganizationQuestion,
): Promise<string | undefined> {
  const next = await db
    .selectFrom('organization_usage')
    .select('organization_id')
    .where('organization_id', '>', after)
    .orderBy('organization_id')
    .limit(1)
    .executeTakeFirst()
  if (!next) return undefined
  const { organization_id: id } = next
  await db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('organization_usage')
      .where('organization_id', '=', id)
      .where('hour', '<', removeBefore)
      .execute()
    const hours = await tx
      .deleteFrom('organization_usage')
      .where('organization_id', '=', id)
      .where('hour', '<', foldBefore)
      .where(sql<boolean>`hour % ${sql.lit(HOURS_PER_DAY)} <> 0`)
      .returning(columns)
      .execute()
    for (const row of inOrder(hours))
      await addOrganizationUsage(tx, [{ ...row, hour: row.hour - (row.hour % HOURS_PER_DAY) }])
  })
  return id
}

/** As every writer takes rows, so that no two wait for each other. */
function inOrder(rows: OrganizationUsage[]): OrganizationUsage[] {
  return rows.toSorted((a, b) => a.hour - b.hour)
}

/** The uses of all keys of an organization in a range of hours. */
export async function listOrganizationUsage(
  db: Db,
  organizationId: string,
  { firstHour, endHour }: Pick<UsageRange, 'firstHour' | 'endHour'>,
): Promise<OrganizationUsage[]> {
  return db
    .selectFrom('organization_usage')
    .select(columns)
    .where('organization_id', '=', organizationId)
    .where('hour', '>=', firstHour)
    .where('hour', '<', endHour)
    .execute()
}
