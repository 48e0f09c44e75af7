import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** Who presents a key, why it was refused, and how an organization uses its keys. */
export function callers({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      if (dialect === 'sqlite') return // there usage has a file of its own
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
      await db.schema
        .createTable('key_days')
        .addColumn('slot', 'bigint', (column) => column.primaryKey())
        .addColumn('total', 'bigint', (column) => column.notNull())
        .execute()
      // Rows of one time are in few pages, so this index is small, and no update has to touch it.
      await db.schema
        .createIndex('key_usage_by_time')
        .on('key_usage')
        .using('brin')
        .column('last_at_ms')
        .execute()
      await db.schema
        .createTable('organization_usage')
        .addColumn('organization_id', 'text', (column) => column.notNull())
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('outcome', 'integer', (column) => column.notNull())
        .addColumn('hour', 'integer', (column) => column.notNull())
        .addColumn('count', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('organization_usage_key', [
          'organization_id',
          'environment',
          'outcome',
          'hour',
        ])
        .execute()
      await sql.raw(countedBefore).execute(db)
    },
  }
}

/** The earlier counts by key, summed by the environment that each key has now. */
const countedBefore = `
  insert into organization_usage (organization_id, environment, outcome, hour, count)
  select organization_id, environment, slot % 8388608 / 1048576, slot % 1048576, sum(count)
  from key_usage join api_keys on number = slot / 8388608
  where count > 0 group by 1, 2, 3, 4`
