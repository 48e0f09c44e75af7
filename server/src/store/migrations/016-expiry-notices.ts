import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** When the end of a key was set, and of which stages before it people were told. */
export function expiryNotices({ timestamp }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('api_keys').addColumn('expiry_set_at', timestampType).execute()
      await db.schema
        .createIndex('api_keys_ending')
        .on('api_keys')
        .columns(['expires_at', 'id'])
        .where(sql.ref('revoked_at'), 'is', null)
        .where(sql.ref('expires_at'), 'is not', null)
        .execute()
      await db.schema
        .createTable('expiry_notices')
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('organization_id', 'text', (column) => column.notNull())
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .addColumn('days_before', 'integer', (column) => column.notNull())
        .addColumn('mailed_at', timestampType)
        .addPrimaryKeyConstraint('expiry_notices_once', ['key_id', 'expires_at', 'days_before'])
        .execute()
      await db.schema
        .createIndex('expiry_notices_ended')
        .on('expiry_notices')
        .column('expires_at')
        .execute()
    },
  }
}
