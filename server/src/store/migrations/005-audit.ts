import { sql, type Kysely } from 'kysely'
import type { ColumnTypes, DialectName } from '../schema/dialect.ts'

/** The audit log: chained, and only ever added to. */
export function audit({ dialect, timestamp, bytes }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  const bytesType = sql.raw(bytes)
  const number = dialect === 'sqlite' ? 'integer' : 'bigint'
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('audit_events')
        .addColumn('position', number, (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) => column.notNull())
        .addColumn('sequence', number, (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('key_id', 'text')
        .addColumn('actor_type', 'text', (column) => column.notNull())
        .addColumn('actor_id', 'text')
        .addColumn('actor_name', 'text', (column) => column.notNull())
        .addColumn('at', timestampType, (column) => column.notNull())
        .addColumn('ip', 'text')
        .addColumn('user_agent', 'text')
        .addColumn('request_id', 'text')
        .addColumn('changes', 'text', (column) => column.notNull())
        .addColumn('link', bytesType, (column) => column.notNull())
        .addUniqueConstraint('audit_events_sequence', ['organization_id', 'sequence'])
        .execute()
      // Newest first, by each filter of the list.
      for (const column of [[], ['key_id'], ['action'], ['actor_id']])
        await db.schema
          .createIndex(['audit_events_by', ...column, 'at'].join('_'))
          .on('audit_events')
          .columns(['organization_id', ...column, 'at', 'id'])
          .execute()
      await db.schema
        .createTable('audit_head')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('position', number, (column) => column.notNull())
        .addColumn('link', bytesType, (column) => column.notNull())
        .addCheckConstraint('audit_head_one_row', sql`id = 1`)
        .execute()
      await sql`insert into audit_head (id, position, link) values (1, 0, ${Buffer.alloc(0)})`.execute(
        db,
      )
      for (const statement of refusingChanges[dialect]) await sql.raw(statement).execute(db)
    },
  }
}

// Against mistakes. Against intent there is the chain: who owns the database can drop a trigger.
const refusingChanges: Record<DialectName, string[]> = {
  sqlite: ['update', 'delete'].map(
    (change) => `
      create trigger audit_events_no_${change} before ${change} on audit_events
      begin select raise(abort, 'audit_events is only ever added to'); end`,
  ),
  postgres: [
    `create function refuse_audit_change() returns trigger language plpgsql as
     $$ begin raise exception 'audit_events is only ever added to'; end $$`,
    `create trigger audit_events_no_change before update or delete or truncate on audit_events
     for each statement execute function refuse_audit_change()`,
  ],
}
