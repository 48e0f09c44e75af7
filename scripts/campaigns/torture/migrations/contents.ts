import { sql, type Kysely } from 'kysely'
import type { DialectName } from '../../../../server/src/store/schema/dialect.ts'

/** The schema as the database itself tells it, and what the first start has put in, a line each. */
export async function describeContents(
  db: Kysely<unknown>,
  dialect: DialectName,
): Promise<string[]> {
  const lines: string[] = []
  for (const query of queries[dialect]) {
    const { rows } = await sql.raw<Record<string, unknown>>(query).execute(db)
    lines.push(...rows.map((row) => JSON.stringify(Object.values(row))))
  }
  return lines
}

const tables = [
  'users',
  'accounts',
  'organizations',
  'members',
  'service_tokens',
  'agents',
  'signing_keys',
  'kysely_migration_lock',
]

const inside = [
  'select name from kysely_migration order by name',
  // Sweeping begins when the service is ready already.
  `select name from deployment where name not in ('usage_folded', 'usage_days') order by name`,
  'select action from audit_events order by action',
  ...tables.map((table) => `select '${table}', count(*) + 0 as count from ${table}`),
]

const queries: Record<DialectName, string[]> = {
  sqlite: ['select type, name, sql from sqlite_master order by type, name', ...inside],
  postgres: [
    `select table_name, column_name, data_type, is_nullable, column_default, is_identity
     from information_schema.columns where table_schema = 'public'
     order by table_name, column_name`,
    `select indexdef from pg_indexes where schemaname = 'public' order by indexdef`,
    `select conrelid::regclass::text as owner, conname, pg_get_constraintdef(oid) as definition
     from pg_constraint where connamespace = 'public'::regnamespace order by owner, conname`,
    `select pg_get_triggerdef(oid) as definition from pg_trigger
     where not tgisinternal order by definition`,
    `select proname from pg_proc where pronamespace = 'public'::regnamespace order by proname`,
    ...inside,
  ],
}
