import Sqlite from 'better-sqlite3'
import { mergedRows } from '../../usage/columns.ts'
import { addRows, toStoredRow, toUsageRow, type StoredUsageRow } from '../../usage/usage-row.ts'
import { present } from '../../../lib/typed.ts'
import { batchColumns, toColumnsOf, type BatchRow, type UsageMerge } from './usage-batches.ts'
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
  const merge = database
    .prepare<[], UsageMerge>('select up_to as upTo, next_slot as "from" from usage_merge')
    .get()
  const numbers = database.prepare<[], number>('select number from usage_batches order by number')
  const read = database.prepare<[number], BatchRow>(
    `select ${batchColumns} from usage_batches where number = ?`,
  )
  for (const number of numbers.pluck().all()) {
    const from = merge !== undefined && number <= merge.upTo ? merge.from : 0
    for (const row of mergedRows([toColumnsOf(present(read.get(number)))], from)) {
      const known = find.get(row.slot, row.slot)
      put.run(toStoredRow(known === undefined ? row : addRows(toUsageRow(known), row)))
    }
  }
  return database
}
