import type Sqlite from 'better-sqlite3'
import {
  addRows as addedRows,
  toStoredRow,
  toUsageRow,
  type StoredUsageRow,
  type UsageRow,
} from '../../usage/usage-row.ts'

export const rowColumns =
  'slot, count, last_at_ms as lastAtMs, last_ip as lastIp, first_at_ms as firstAtMs, callers'

/** The rows of `key_usage`, for the one connection that writes them. */
export function rowsIn(database: Sqlite.Database) {
  // Most uses in an hour come from the address that the others came from. Then this is all there
  // is to do; the row is read before it is written only where they do not.
  const addCount = database.prepare<
    [number, number, number, string | null, number | null, string | null]
  >(
    `insert into key_usage (slot, count, last_at_ms, last_ip, first_at_ms, callers)
     values (?, ?, ?, ?, ?, ?)
     on conflict do update set
       count = count + excluded.count,
       last_at_ms = max(last_at_ms, excluded.last_at_ms),
       first_at_ms = min(first_at_ms, excluded.first_at_ms)
     where first_at_ms is not null and excluded.first_at_ms is not null
       and last_ip is excluded.last_ip`,
  )
  const find = database.prepare<[number], StoredUsageRow>(
    `select ${rowColumns} from key_usage where slot = ?`,
  )
  const put = database.prepare<StoredUsageRow>(
    `replace into key_usage (slot, count, last_at_ms, last_ip, first_at_ms, callers)
     values (@slot, @count, @lastAtMs, @lastIp, @firstAtMs, @callers)`,
  )
  const read = database.prepare<[number, number], StoredUsageRow>(
    `select ${rowColumns} from key_usage where slot > ? order by slot limit ?`,
  )
  const remove = database.prepare<[number]>('delete from key_usage where slot = ?')

  function addRows(rows: UsageRow[]): void {
    for (const row of rows) {
      const { slot, count, lastAtMs, lastIp, firstAtMs, callers } = row
      const text = callers === null ? null : toStoredRow(row).callers
      if (addCount.run(slot, count, lastAtMs, lastIp, firstAtMs, text).changes > 0) continue
      const known = find.get(slot)
      put.run(toStoredRow(known === undefined ? row : addedRows(toUsageRow(known), row)))
    }
  }

  return {
    addRows,
    /** Rows in the order of slots, from the one after `after`. */
    readRows: (after: number, limit: number) => read.all(after, limit).map(toUsageRow),
    /** Takes rows away, and adds others to what is there. */
    replaceRows(slots: number[], rows: UsageRow[]) {
      for (const slot of slots) remove.run(slot)
      addRows(rows)
    },
  }
}
