import { addRows, type UsageRow } from './usage-row.ts'
import type { Caller } from './callers.ts'
import { present } from '../../lib/typed.ts'

/** Rows of usage in the order of slots, a column each: compact on the disk, and quick to read. */
export type UsageColumns = {
  slots: Float64Array<ArrayBuffer>
  counts: Float64Array<ArrayBuffer>
  lastAtMs: Float64Array<ArrayBuffer>
  /** Empty where none is known. */
  lastIps: (string | null)[]
  /** Not a number where the uses of a row came from several addresses, or it is not known. */
  firstAtMs: Float64Array<ArrayBuffer>
  /** The callers of rows that have several, by the position of the row. */
  callers: Record<number, Caller[]>
}

export function toColumns(rows: UsageRow[]): UsageColumns {
  const callers: UsageColumns['callers'] = {}
  for (const [at, row] of rows.entries()) if (row.callers !== null) callers[at] = row.callers
  return {
    slots: Float64Array.from(rows, ({ slot }) => slot),
    counts: Float64Array.from(rows, ({ count }) => count),
    lastAtMs: Float64Array.from(rows, ({ lastAtMs }) => lastAtMs),
    lastIps: rows.some(({ lastIp }) => lastIp !== null) ? rows.map(({ lastIp }) => lastIp) : [],
    firstAtMs: Float64Array.from(rows, ({ firstAtMs }) => firstAtMs ?? Number.NaN),
    callers,
  }
}

function rowAt(columns: UsageColumns, at: number): UsageRow {
  const firstAtMs = columns.firstAtMs[at]
  return {
    slot: present(columns.slots[at]),
    count: present(columns.counts[at]),
    lastAtMs: present(columns.lastAtMs[at]),
    lastIp: columns.lastIps[at] ?? null,
    firstAtMs: firstAtMs === undefined || Number.isNaN(firstAtMs) ? null : firstAtMs,
    callers: columns.callers[at] ?? null,
  }
}

/**
 * The rows of several batches in the order of slots, those of one slot added up.
 *
 * @param batches the oldest first: on a tie of last uses the later batch wins
 * @param from the first slot that is wanted
 */
export function* mergedRows(batches: UsageColumns[], from: number): Generator<UsageRow> {
  const cursors = batches.map((columns) => {
    const at = columns.slots.findIndex((slot) => slot >= from)
    return { columns, at: at === -1 ? columns.slots.length : at }
  })
  for (;;) {
    let slot = Infinity
    for (const { columns, at } of cursors) slot = Math.min(slot, columns.slots[at] ?? Infinity)
    if (slot === Infinity) return
    let row: UsageRow | undefined
    for (const cursor of cursors) {
      const { columns, at } = cursor
      if (columns.slots[at] !== slot) continue
      cursor.at = at + 1
      const next = rowAt(columns, at)
      row = row === undefined ? next : addRows(row, next)
    }
    yield present(row)
  }
}
