import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** Who presents a key, and why it was refused. On SQLite usage has a file of its own. */
export function callers({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      if (dialect === 'sqlite') return
      // While the version before still runs, what it counts is of addresses that are not known.
      await db.schema
        .alterTable('key_usage')
        .addColumn('first_at_ms', 'bigint')
        .addColumn('callers', 'text')
        .execute()
      await db.schema
        .createTable('key_refusals')
        .addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity())
        .addColumn('key_number', 'bigint', (column) => column.notNull())
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('code', 'text', (column) => column.notNull())
        .addColumn('ip', 'text')
        .addColumn('request_id', 'text')
        .addColumn('scopes', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('key_refusals_by_key')
        .on('key_refusals')
        .columns(['key_number', 'at_ms', 'id'])
        .execute()
      await db.schema
        .createIndex('key_refusals_by_request')
        .on('key_refusals')
        .column('request_id')
        .execute()
    },
  }
}
