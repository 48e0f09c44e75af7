import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** Policies of organizations, and the scopes that services of the platform declare. */
export function policyAndScopes({ timestamp }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('policies')
        .addColumn('organization_id', 'text', (column) =>
          column.primaryKey().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('max_lifetime_days', 'integer')
        .addColumn('require_allowed_ips', 'integer', (column) => column.notNull())
        .addColumn('require_scopes', 'integer', (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('declared_scopes')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('description', 'text', (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
    },
  }
}
