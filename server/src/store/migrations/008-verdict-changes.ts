import { sql, type Kysely } from 'kysely'
import type { ColumnTypes, DialectName } from '../schema/dialect.ts'

/**
 * The log of changes to what a verdict depends on, for verifiers that keep copies of keys. Triggers
 * fill it, so that no code can forget it, nor SQL that somebody runs by hand.
 *
 * A new key needs no entry: nobody keeps the answer that there is no such key.
 */
export function verdictChanges({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('verdict_changes')
        .addColumn('seq', dialect === 'sqlite' ? 'integer' : 'bigint', (column) =>
          dialect === 'sqlite'
            ? column.primaryKey()
            : column.primaryKey().generatedByDefaultAsIdentity(),
        )
        .addColumn('key_id', 'text')
        .addColumn('organization_id', 'text')
        .addColumn('service_token_id', 'text')
        .execute()
      // The newest entry always stays, or SQLite would use its number again.
      await sql`insert into verdict_changes (key_id) values (null)`.execute(db)
      for (const statement of statements[dialect]) await sql.raw(statement).execute(db)
    },
  }
}

const KEY_COLUMNS = [
  'id',
  'organization_id',
  'hash',
  'budget_number',
  'label',
  'environment',
  'scopes',
  'allowed_ips',
  'rate_limit_per_minute',
  'expires_at',
  'disabled_at',
  'revoked_at',
]
export const TOKEN_COLUMNS = [
  'id',
  'hash',
  'scopes',
  'organization_ids',
  'expires_at',
  'revoked_at',
]

const ENTRY = {
  api_keys: '(key_id, organization_id) values (old.id, old.organization_id)',
  service_tokens: '(service_token_id) values (old.id)',
}

function onSqlite(table: keyof typeof ENTRY, columns: string[]): string[] {
  const isOther = columns.map((name) => `new.${name} is not old.${name}`).join(' or ')
  const log = `begin insert into verdict_changes ${ENTRY[table]}; end`
  return [
    `create trigger ${table}_log_update after update of ${columns.join(', ')} on ${table}
     when ${isOther} ${log}`,
    `create trigger ${table}_log_delete after delete on ${table} ${log}`,
  ]
}

/**
 * Deferred to the commit, when the transaction waits for no other lock: of two transactions, none
 * waits for the other through this one. The lock is held until the commit can be seen, so whoever
 * sees a number sees all before it. A sequence under a lock, not a row that counts: a transaction
 * that changes many keys would leave a version of the row for each of them.
 */
function onPostgres(table: keyof typeof ENTRY, columns: string[]): string[] {
  const isOther = columns.map((name) => `new.${name} is distinct from old.${name}`).join(' or ')
  const trigger = (event: 'update' | 'delete', when = '') =>
    `create constraint trigger ${table}_log_${event} after ${event} on ${table}
     deferrable initially deferred for each row ${when} execute function log_${table}_change()`
  return [
    `create function log_${table}_change() returns trigger language plpgsql
     set search_path from current as $$ begin
       perform pg_advisory_xact_lock(${NUMBERING_LOCK});
       insert into verdict_changes ${ENTRY[table]};
       return null;
     end $$`,
    trigger('update', `when (${isOther})`),
    trigger('delete'),
    `create function log_${table}_truncate() returns trigger language plpgsql
     set search_path from current as $$ begin
       perform pg_advisory_xact_lock(${NUMBERING_LOCK});
       insert into verdict_changes (key_id) values (null);
       return null;
     end $$`,
    `create trigger ${table}_log_truncate after truncate on ${table}
     for each statement execute function log_${table}_truncate()`,
  ]
}

// Any number that nothing else on the database server locks.
export const NUMBERING_LOCK = 5_842_771_940

const statements: Record<DialectName, string[]> = {
  sqlite: [
    ...onSqlite('api_keys', KEY_COLUMNS),
    ...onSqlite('service_tokens', TOKEN_COLUMNS),
    // REPLACE deletes a row without its trigger.
    `create trigger api_keys_log_replace before insert on api_keys
     when exists (select 1 from api_keys where hash_head = new.hash_head)
     begin
       insert into verdict_changes (key_id, organization_id)
       select id, organization_id from api_keys where hash_head = new.hash_head;
     end`,
  ],
  postgres: [
    ...onPostgres('api_keys', KEY_COLUMNS),
    ...onPostgres('service_tokens', TOKEN_COLUMNS),
  ],
}
