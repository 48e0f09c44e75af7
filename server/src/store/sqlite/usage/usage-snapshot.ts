import Sqlite from 'better-sqlite3'
import { addRows, toStoredRow, toUsageRow, type StoredUsageRow } from '../../usage/usage-row.ts'
import { notedRows } from './usage-batches.ts'
import { rowColumns } from './usage-rows.ts'

/**
 * Opens the file to read it as it is now, whatever is written meanwhile. The view `usage_now` is
 * the table of all keys with the batches that are not in it yet.
 */
export function openUsageSnapshot(path: string): Sqlite.Database {
  const database = new Sqlite(path, { readonly: true, timeout: 5000 })
  database.exec('begin')
  database.exec(`
    create temp table noted (
      slot integer primary key, count integer, last_at_ms integer, last_ip text,
      first_at_ms integer, callers text
    );
    create temp view usage_now as
      select slot, count, last_at_ms, last_ip, first_at_ms, callers from noted
      union all
      select slot, count, last_at_ms, last_ip, first_at_ms, callers from main.key_usage
      where slot not in (select slot from noted);`)
  const find = database.prepare<[number, number], StoredUsageRow>(
    `select ${rowColumns} from noted where slot = ?
     union all select ${rowColumns} from main.key_usage where slot = ? limit 1`,
  )
  const put = database.prepare<StoredUsageRow>(
    'replace into noted values (@slot, @count, @lastAtMs, @lastIp, @firstAtMs, @callers)',
  )
  for (const row of notedRows(database)) {
    const known = find.get(row.slot, row.slot)
    put.run(toStoredRow(known === undefined ? row : addRows(toUsageRow(known), row)))
  }
  return database
}
