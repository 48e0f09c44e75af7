import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** People whom the platform hands over to the portal, their links and their sessions. */
export function portalSessions({ timestamp }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('portal_people')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('external_id', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addUniqueConstraint('portal_people_external_id', ['organization_id', 'external_id'])
        .execute()
      await db.schema
        .createTable('portal_links')
        .addColumn('code_hash', 'text', (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('external_id', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('made_by', 'text', (column) => column.notNull())
        .addColumn('return_url', 'text')
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .addColumn('session_expires_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('portal_links_external_id')
        .on('portal_links')
        .columns(['organization_id', 'external_id'])
        .execute()
      await db.schema
        .createTable('portal_sessions')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('person_id', 'text', (column) =>
          column.notNull().references('portal_people.id').onDelete('cascade'),
        )
        .addColumn('return_url', 'text')
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('portal_sessions_person_id')
        .on('portal_sessions')
        .column('person_id')
        .execute()
      for (const table of ['portal_links', 'portal_sessions'])
        await db.schema.createIndex(`${table}_expires_at`).on(table).column('expires_at').execute()
    },
  }
}
