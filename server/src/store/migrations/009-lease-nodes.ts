import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'
import { NUMBERING_LOCK } from './008-verdict-changes.ts'

/** The nodes of a deployment that grant leases. On SQLite there is one, and no row. */
export function leaseNodes({ dialect, timestamp }: ColumnTypes) {
  const number = dialect === 'sqlite' ? 'integer' : 'bigint'
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('lease_nodes')
        .addColumn('node', 'text', (column) => column.primaryKey())
        .addColumn('beat', number, (column) => column.notNull())
        .addColumn('confirmed', number, (column) => column.notNull())
        .addColumn('beaten_at', sql.raw(timestamp), (column) => column.notNull())
        .execute()
      if (dialect === 'postgres')
        for (const statement of refusingOldVersions) await sql.raw(statement).execute(db)
    },
  }
}

/**
 * The version before this one answers a change at once, also while verifiers trust copies; so it
 * makes none while a node grants leases. It is told by the limits that its connections have, and by
 * a setting that they lack. SQL by hand has neither, and is logged alone.
 */
const refusingOldVersions = [
  `create function refuse_change_without_leases() returns trigger language plpgsql
   set search_path from current as $$ begin
     if current_setting('zentrix.leases', true) is distinct from 'known'
       and current_setting('idle_in_transaction_session_timeout') = '5s'
     then
       perform pg_advisory_xact_lock(${NUMBERING_LOCK});
       if exists (
         select 1 from lease_nodes where beaten_at > clock_timestamp() - interval '3 seconds'
       ) then
         raise exception 'Verifiers have leases, which this version of the service does not know'
           using errcode = '57P03';
       end if;
     end if;
     return null;
   end $$`,
  ...['api_keys', 'service_tokens'].map(
    (table) =>
      `create constraint trigger ${table}_refuse_change after update or delete on ${table}
       deferrable initially deferred for each row execute function refuse_change_without_leases()`,
  ),
]
