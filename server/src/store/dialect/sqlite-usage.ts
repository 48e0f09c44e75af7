import { chmodSync, existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import type { UsageRow } from '../../features/usage/summarize.ts'
import type { UsageBatch } from '../../features/usage/usage-log.ts'

export const OWNER_ONLY = 0o600

// Kept apart from the keys: it is written all the time, and its loss would be no tragedy.
const TABLES = `
  create table if not exists key_usage (
    slot integer primary key,
    count integer not null,
    last_at_ms integer not null,
    last_ip text
  );
  create table if not exists service_token_uses (
    service_token_id text primary key,
    last_at_ms integer not null,
    last_ip text
  ) without rowid;
`

/** The file of usage that belongs to a file of keys. */
export function usagePath(path: string): string {
  return `${path.replace(/\.db$/, '')}-usage.db`
}

/** Makes the tables of usage if they are not there; opened by every connection as `usage`. */
export function prepareUsageFile(path: string): void {
  const isNew = !existsSync(path)
  const database = openUsageFile(path)
  if (isNew) chmodSync(path, OWNER_ONLY)
  database.exec(TABLES)
  database.close()
}

function openUsageFile(path: string): Sqlite.Database {
  const database = new Sqlite(path, { timeout: 5000 })
  database.pragma('journal_mode = WAL')
  // A crash of the process loses nothing that was written; a power loss, at most the last second.
  database.pragma('synchronous = NORMAL')
  return database
}

/** Opens the file for the one thread that writes it. */
export function openUsageWriter(path: string) {
  const database = openUsageFile(path)
  const addCount = database.prepare<[number, number, number, string | null]>(
    `insert into key_usage (slot, count, last_at_ms, last_ip)
     values (?, ?, ?, ?)
     on conflict do update set
       count = count + excluded.count,
       last_ip = iif(excluded.last_at_ms >= last_at_ms, excluded.last_ip, last_ip),
       last_at_ms = max(last_at_ms, excluded.last_at_ms)`,
  )
  const moveUse = database.prepare<[string, number, string | null]>(
    `insert into service_token_uses (service_token_id, last_at_ms, last_ip)
     values (?, ?, ?)
     on conflict do update set last_at_ms = excluded.last_at_ms, last_ip = excluded.last_ip
     where service_token_uses.last_at_ms <= excluded.last_at_ms`,
  )
  const readRows = database.prepare<[number, number], UsageRow>(
    `select slot, count, last_at_ms as lastAtMs, last_ip as lastIp
     from key_usage where slot > ? order by slot limit ?`,
  )
  const removeRow = database.prepare<[number]>('delete from key_usage where slot = ?')
  const addRows = (rows: UsageRow[]) => {
    for (const { slot, count, lastAtMs, lastIp } of rows)
      addCount.run(slot, count, lastAtMs, lastIp)
  }
  const inTransaction = <T>(work: () => T): T => database.transaction(work).immediate()
  return {
    inTransaction,
    write: (rows: UsageRow[], serviceTokens: UsageBatch['serviceTokens']) =>
      inTransaction(() => {
        addRows(rows)
        for (const [id, atMs, ip] of serviceTokens) moveUse.run(id, atMs, ip)
      }),
    /** Rows in the order of slots, from the one after `after`. */
    readRows: (after: number, limit: number) => readRows.all(after, limit),
    /** Takes rows away, and adds others to what is there. */
    replaceRows(slots: number[], rows: UsageRow[]) {
      for (const slot of slots) removeRow.run(slot)
      addRows(rows)
    },
    close: () => database.close(),
  }
}
