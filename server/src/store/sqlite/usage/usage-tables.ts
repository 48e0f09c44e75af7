import { chmodSync, existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { assertFileUsable, setUp } from '../pragmas.ts'

export const OWNER_ONLY = 0o600

// Kept apart from the keys: it is written all the time, and its loss would be no tragedy.
const TABLES = `
  create table if not exists key_usage (
    slot integer primary key,
    count integer not null,
    last_at_ms integer not null,
    last_ip text,
    first_at_ms integer,
    callers text
  );
  create table if not exists service_token_uses (
    service_token_id text primary key,
    last_at_ms integer not null,
    last_ip text
  ) without rowid;
  -- Batches that are not in key_usage yet: their rows by slot, a column each.
  create table if not exists usage_batches (
    number integer primary key,
    slots blob not null,
    counts blob not null,
    last_at_ms blob not null,
    last_ips text not null,
    first_at_ms blob,
    callers text
  );
  -- The merge that is under way, if any: all batches up to one, and the slot where it goes on.
  create table if not exists usage_merge (up_to integer not null, next_slot integer not null);
  create table if not exists key_refusals (
    id integer primary key,
    key_number integer not null,
    at_ms integer not null,
    code text not null,
    ip text,
    request_id text,
    scopes text not null
  );
  create table if not exists key_days (slot integer primary key, total integer not null);
  create table if not exists organization_usage (
    organization_id text not null,
    environment text not null,
    outcome integer not null,
    hour integer not null,
    count integer not null,
    primary key (organization_id, environment, outcome, hour)
  ) without rowid;
  create index if not exists key_refusals_by_key on key_refusals (key_number, at_ms, id);
  create index if not exists key_refusals_by_request on key_refusals (request_id);
`

// Columns that files of earlier versions lack.
const ADDED: Record<string, string[]> = {
  key_usage: ['first_at_ms integer', 'callers text'],
  usage_batches: ['first_at_ms blob', 'callers text'],
}

/** The tables of usage, in the order in which they are copied. */
export const usageTables = [
  'key_usage',
  'service_token_uses',
  'key_refusals',
  'key_days',
  'organization_usage',
] as const

/** Those that only this file has: what they hold is copied as rows of the others. */
export const passingTables = ['usage_batches', 'usage_merge'] as const

/** The file of usage that belongs to a file of keys. */
export function usagePath(path: string): string {
  return `${path.replace(/\.db$/, '')}-usage.db`
}

/** Makes the tables of usage if they are not there; opened by every connection as `usage`. */
export function prepareUsageFile(path: string): void {
  const isNew = !existsSync(path)
  const database = openUsageFile(path)
  if (isNew) chmodSync(path, OWNER_ONLY)
  addUsageTables(database)
  database.close()
}

export function openUsageFile(path: string): Sqlite.Database {
  const database = new Sqlite(path, { timeout: 5000 })
  assertFileUsable(database)
  setUp(database, 'usage')
  return database
}

/** Makes the tables of usage in a file that holds everything else as well. */
export function addUsageTables(database: Sqlite.Database): void {
  const add = database.transaction(() => {
    database.exec(TABLES)
    for (const [table, columns] of Object.entries(ADDED)) addColumns(database, table, columns)
  })
  add.immediate()
}

function addColumns(database: Sqlite.Database, table: string, columns: string[]): void {
  const names = database
    .prepare<[string], string>('select name from pragma_table_info(?)')
    .pluck()
    .all(table)
  for (const column of columns)
    if (!names.includes(column.slice(0, column.indexOf(' '))))
      database.exec(`alter table ${table} add column ${column}`)
}
