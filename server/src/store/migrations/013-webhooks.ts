import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** Webhooks with the places they have reached in the audit log, and what became of their messages. */
export function webhooks({ dialect, timestamp, bytes }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  const bytesType = sql.raw(bytes)
  const number = dialect === 'sqlite' ? 'integer' : 'bigint'
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('webhooks')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('events', 'text', (column) => column.notNull())
        .addColumn('description', 'text')
        .addColumn('enabled', 'integer', (column) => column.notNull())
        .addColumn('disabled_reason', 'text')
        .addColumn('failing_since', timestampType)
        .addColumn('sealed_secret', bytesType, (column) => column.notNull())
        .addColumn('old_sealed_secret', bytesType)
        .addColumn('old_secret_until', timestampType)
        .addColumn('sequence', number, (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('webhooks_by_organization')
        .on('webhooks')
        .columns(['organization_id', 'created_at', 'id'])
        .execute()
      await db.schema
        .createTable('webhook_deliveries')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('webhook_id', 'text', (column) =>
          column.notNull().references('webhooks.id').onDelete('cascade'),
        )
        .addColumn('organization_id', 'text', (column) => column.notNull())
        .addColumn('event_id', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('sequence', number)
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('first_attempt_at', timestampType)
        .addColumn('last_attempt_at', timestampType)
        .addColumn('response_status', 'integer')
        .addColumn('problem', 'text')
        .addColumn('next_attempt_at', timestampType)
        .execute()
      for (const [name, columns] of indexes)
        await sql.raw(`create index ${name} on webhook_deliveries ${columns}`).execute(db)
      await db.schema
        .createTable('webhook_sender')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('node', 'text', (column) => column.notNull())
        .addColumn('until', timestampType, (column) => column.notNull())
        .addCheckConstraint('webhook_sender_one_row', sql`id = 1`)
        .execute()
    },
  }
}

const indexes = [
  ['webhook_deliveries_newest', '(webhook_id, created_at, id)'],
  ['webhook_deliveries_line', `(webhook_id, sequence) where status = 'pending' and kind = 'line'`],
  ['webhook_deliveries_due', `(next_attempt_at) where status = 'pending'`],
  ['webhook_deliveries_age', '(created_at)'],
] as const
