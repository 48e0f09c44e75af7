import { chmodSync, existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { assertFileUsable, durably, setUp } from './pragmas.ts'
import type { UsageRow } from '../usage/summarize.ts'
import { mergedRows, type UsageColumns } from '../usage/columns.ts'
import type { UsageBatch } from '../usage/batch.ts'
import { present } from '../../lib/typed.ts'

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
  -- Batches that are not in key_usage yet: their rows by slot, a column each.
  create table if not exists usage_batches (
    number integer primary key,
    slots blob not null,
    counts blob not null,
    last_at_ms blob not null,
    last_ips text not null
  );
  -- The merge that is under way, if any: all batches up to one, and the slot where it goes on.
  create table if not exists usage_merge (up_to integer not null, next_slot integer not null);
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
  assertFileUsable(database)
  setUp(database, 'usage')
  return database
}

/** Makes the tables of usage in a file that holds everything else as well. */
export function addUsageTables(database: Sqlite.Database): void {
  database.exec(TABLES)
}

/**
 * Opens the file to read it as it is now, whatever is written meanwhile. The view `usage_now` is
 * the table of all keys with the batches that are not in it yet.
 */
export function openUsageSnapshot(path: string): Sqlite.Database {
  const database = new Sqlite(path, { readonly: true, timeout: 5000 })
  database.exec('begin')
  const merge = database
    .prepare<[], UsageMerge>('select up_to as upTo, next_slot as "from" from usage_merge')
    .get()
  database.exec(`
    create temp table noted (slot integer, count integer, last_at_ms integer, last_ip text);
    create temp view usage_now as
      select slot, sum(count) as count, max(last_at_ms) as last_at_ms, last_ip
      from (select slot, count, last_at_ms, last_ip from key_usage
            union all select slot, count, last_at_ms, last_ip from noted)
      group by slot;`)
  const add = database.prepare<[number, number, number, string | null]>(
    'insert into noted values (?, ?, ?, ?)',
  )
  const numbers = database.prepare<[], number>('select number from usage_batches order by number')
  const read = database.prepare<[number], BatchRow>(
    'select slots, counts, last_at_ms, last_ips from usage_batches where number = ?',
  )
  for (const number of numbers.pluck().all()) {
    const from = merge !== undefined && number <= merge.upTo ? merge.from : 0
    for (const { slot, count, lastAtMs, lastIp } of mergedRows(
      [toColumnsOf(present(read.get(number)))],
      from,
    ))
      add.run(slot, count, lastAtMs, lastIp)
  }
  return database
}

function toColumnsOf(row: BatchRow): UsageColumns {
  return {
    slots: numbersIn(row.slots),
    counts: numbersIn(row.counts),
    lastAtMs: numbersIn(row.last_at_ms),
    lastIps: JSON.parse(row.last_ips) as (string | null)[],
  }
}

function numbersIn(bytes: Buffer): Float64Array<ArrayBuffer> {
  return new Float64Array(Uint8Array.from(bytes).buffer)
}

function bytesOf(numbers: Float64Array<ArrayBuffer>): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** Adds all batches up to one to the table, from a slot on. */
export type UsageMerge = { upTo: number; from: number }

type BatchRow = { slots: Buffer; counts: Buffer; last_at_ms: Buffer; last_ips: string }

/** Batches as they were noted, and the merge that adds them to the table of all keys. */
function batchesIn(database: Sqlite.Database, addRows: (rows: UsageRow[]) => void) {
  const note = database.prepare<[Buffer, Buffer, Buffer, string]>(
    'insert into usage_batches (slots, counts, last_at_ms, last_ips) values (?, ?, ?, ?)',
  )
  const count = database.prepare<[], number>('select count(*) from usage_batches').pluck()
  const newest = database
    .prepare<[], number>('select coalesce(max(number), 0) from usage_batches')
    .pluck()
  const read = database.prepare<[number], BatchRow>(
    'select slots, counts, last_at_ms, last_ips from usage_batches where number <= ? order by number',
  )
  const remove = database.prepare<[number]>('delete from usage_batches where number <= ?')
  const findMerge = database.prepare<[], UsageMerge>(
    'select up_to as upTo, next_slot as "from" from usage_merge',
  )
  const startMerge = database.prepare<[number]>(
    'insert into usage_merge (up_to, next_slot) values (?, 0)',
  )
  const moveMerge = database.prepare<[number]>('update usage_merge set next_slot = ?')
  const finishMerge = database.prepare('delete from usage_merge')
  return {
    note: ({ slots, counts, lastAtMs, lastIps }: UsageColumns) =>
      void note.run(bytesOf(slots), bytesOf(counts), bytesOf(lastAtMs), JSON.stringify(lastIps)),
    countBatches: () => present(count.get()),
    /** The number of the newest batch; 0 when there is none. */
    newestBatch: () => present(newest.get()),
    /** The merge to go on with, a new one if need be; undefined when there is nothing to merge. */
    beginMerge(): UsageMerge | undefined {
      const upTo = present(newest.get())
      if (upTo === 0) return undefined
      if (findMerge.get() === undefined) startMerge.run(upTo)
      return findMerge.get()
    },
    readBatches: (upTo: number): UsageColumns[] => read.all(upTo).map(toColumnsOf),
    mergeRows: database.transaction((rows: UsageRow[]) => {
      addRows(rows)
      moveMerge.run((rows.at(-1)?.slot ?? 0) + 1)
    }),
    endMerge: database.transaction((upTo: number) => {
      remove.run(upTo)
      finishMerge.run()
    }),
  }
}

export type UsageWriter = ReturnType<typeof openUsageWriter>

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
  const { note, ...batches } = batchesIn(database, addRows)
  return {
    inTransaction,
    ...batches,
    /** Waits for the disk, so that a power loss takes no more than what was not noted yet. */
    noteBatch(columns: UsageColumns, serviceTokens: UsageBatch['serviceTokens']): void {
      const noteAll = () => {
        note(columns)
        for (const [id, atMs, ip] of serviceTokens) moveUse.run(id, atMs, ip)
      }
      durably(database, () => inTransaction(noteAll))
    },
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
