import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** The catalog of agents and instances, and what widget tokens need: signing keys, spent tokens. */
export function calls({ timestamp, bytes }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  const bytesType = sql.raw(bytes)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('agents')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('active', 'integer', (column) => column.notNull())
        .addColumn('organization_id', 'text', (column) =>
          column.references('organizations.id').onDelete('cascade'),
        )
        .addColumn('allowed_origins', 'text')
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('instances')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('agent_id', 'text', (column) =>
          column.notNull().references('agents.id').onDelete('cascade'),
        )
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('name', 'text')
        .addColumn('active', 'integer', (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema.createIndex('instances_agent_id').on('instances').column('agent_id').execute()
      await db.schema
        .createTable('signing_keys')
        .addColumn('kid', 'text', (column) => column.primaryKey())
        .addColumn('public_jwk', 'text', (column) => column.notNull())
        .addColumn('sealed_private_key', bytesType, (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('spent_tokens')
        .addColumn('jti', 'text', (column) => column.primaryKey())
        .addColumn('service_token_id', 'text', (column) => column.notNull())
        .addColumn('idempotency_hash', bytesType)
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('spent_tokens_expires_at')
        .on('spent_tokens')
        .column('expires_at')
        .execute()
      // Facts that the whole deployment must agree on, such as "the demo agent was added".
      await db.schema
        .createTable('deployment')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute()
    },
  }
}
