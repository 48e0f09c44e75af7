import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** API keys, service tokens, and how they are used. */
export function keys({ dialect, timestamp, bytes }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  const bytesType = sql.raw(bytes)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('api_keys')
        // The first 8 bytes of the hash. On SQLite a table is a tree ordered by its integer primary
        // key, so verification finds a key in one descent; by the hash alone it would take two.
        .addColumn('hash_head', dialect === 'sqlite' ? 'integer' : 'bigint', (column) =>
          column.primaryKey(),
        )
        // Usage is counted by it: a number is a quarter of an id.
        .addColumn('number', dialect === 'sqlite' ? 'integer' : 'bigint', (column) =>
          dialect === 'sqlite' ? column.unique() : column.unique().generatedByDefaultAsIdentity(),
        )
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id'),
        )
        .addColumn('hash', bytesType, (column) => column.notNull())
        .addColumn('last4', 'text', (column) => column.notNull())
        .addColumn('label', 'text', (column) => column.notNull())
        .addColumn('label_folded', 'text', (column) => column.notNull())
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('scopes', 'text', (column) => column.notNull())
        .addColumn('allowed_ips', 'text', (column) => column.notNull())
        .addColumn('rate_limit_per_minute', 'integer')
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('created_by_id', 'text')
        .addColumn('created_by_name', 'text')
        .addColumn('expires_at', timestampType)
        .addColumn('disabled_at', timestampType)
        .addColumn('revoked_at', timestampType)
        .addColumn('revoked_by_id', 'text')
        .addColumn('revoked_by_name', 'text')
        .addColumn('revoke_reason', 'text')
        .addColumn('leaked_at', timestampType)
        .addColumn('leaked_url', 'text')
        .addColumn('rotated_from', 'text')
        .addColumn('rotated_to', 'text')
        .execute()
      if (dialect === 'sqlite') await numberKeys(db)
      await db.schema
        .createIndex('api_keys_newest_first')
        .on('api_keys')
        .columns(['organization_id', 'created_at', 'id'])
        .execute()
      await db.schema
        .createIndex('api_keys_unrevoked_newest_first')
        .on('api_keys')
        .columns(['organization_id', 'created_at', 'id'])
        .where(sql.ref('revoked_at'), 'is', null)
        .execute()
      // The portal asks often whether there is one, and there hardly ever is.
      await db.schema
        .createIndex('api_keys_leaked_newest_first')
        .on('api_keys')
        .columns(['organization_id', 'created_at', 'id'])
        .where(sql.ref('leaked_at'), 'is not', null)
        .execute()
      await db.schema
        .createTable('service_tokens')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('hash', bytesType, (column) => column.notNull().unique())
        .addColumn('last4', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('scopes', 'text', (column) => column.notNull())
        .addColumn('organization_ids', 'text')
        .addColumn('organization_id', 'text', (column) =>
          column.references('organizations.id').onDelete('cascade'),
        )
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('expires_at', timestampType)
        .addColumn('revoked_at', timestampType)
        .addColumn('leaked_at', timestampType)
        .execute()
      await db.schema
        .createIndex('service_tokens_newest_first')
        .on('service_tokens')
        .columns(['organization_id', 'created_at', 'id'])
        .execute()
      // Use is kept apart from state: it is written often and late, state seldom and at once. On
      // SQLite it has a file of its own, whose tables are made when it is opened.
      if (dialect === 'postgres') await createUsageTables(db)
    },
  }
}

/** The form of an identity column on PostgreSQL: each key gets the next number. */
async function numberKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    create trigger api_keys_number after insert on api_keys when new.number is null
    begin
      update api_keys set number = (select coalesce(max(number), 0) + 1 from api_keys)
      where hash_head = new.hash_head;
    end`.execute(db)
}

async function createUsageTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('key_usage')
    .addColumn('slot', 'bigint', (column) => column.primaryKey())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addColumn('last_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_ip', 'text')
    .execute()
  await db.schema
    .createTable('service_token_uses')
    .addColumn('service_token_id', 'text', (column) => column.primaryKey())
    .addColumn('last_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_ip', 'text')
    .execute()
}
