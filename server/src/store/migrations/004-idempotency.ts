import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** The sealed results that a retry under the same Idempotency-Key gets again. */
export function idempotency({ timestamp, bytes }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  const bytesType = sql.raw(bytes)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('idempotent_results')
        .addColumn('hash', bytesType, (column) => column.primaryKey().notNull())
        .addColumn('input_hash', bytesType, (column) => column.notNull())
        .addColumn('sealed_result', bytesType)
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('idempotent_results_expires_at')
        .on('idempotent_results')
        .column('expires_at')
        .execute()
    },
  }
}
