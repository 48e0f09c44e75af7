import type Sqlite from 'better-sqlite3'
import { HOURS_PER_DAY } from '../../usage/slot.ts'
import type { OrganizationUsage } from '../../usage/sum-by-organization.ts'
import type { OrganizationQuestion } from '../../usage/plan-folding.ts'

/** The rows of `organization_usage`, for the one connection that writes them. */
export function organizationRowsIn(database: Sqlite.Database) {
  const add = database.prepare<OrganizationUsage>(
    `insert into organization_usage (organization_id, environment, outcome, hour, count)
     values (@organizationId, @environment, @outcome, @hour, @count)
     on conflict do update set count = count + excluded.count`,
  )
  const next = database
    .prepare<[string], string | null>(
      'select min(organization_id) from organization_usage where organization_id > ?',
    )
    .pluck()
  const takeHours = database.prepare<[string, number], OrganizationUsage>(
    `delete from organization_usage
     where organization_id = ? and hour < ? and hour % ${HOURS_PER_DAY} <> 0
     returning organization_id as organizationId, environment, outcome, hour, count`,
  )
  const removeOld = database.prepare<[string, number]>(
    'delete from organization_usage where organization_id = ? and hour < ?',
  )
  return {
    addOrganizationRows(rows: OrganizationUsage[]): void {
      for (const row of rows) add.run(row)
    },
    /** Folds the next organization after one. @returns which; undefined after the last */
    foldOrganization(question: OrganizationQuestion): string | undefined {
      const { after, foldBefore, removeBefore } = question
      const id = next.get(after)
      if (id === null || id === undefined) return undefined
      removeOld.run(id, removeBefore)
      for (const row of takeHours.all(id, foldBefore))
        add.run({ ...row, hour: row.hour - (row.hour % HOURS_PER_DAY) })
      return id
    },
  }
}
