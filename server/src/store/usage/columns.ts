import type { UsageRow } from './summarize.ts'
import { present } from '../../lib/typed.ts'

/** Rows of usage in the order of slots, a column each: compact on the disk, and quick to read. */
export type UsageColumns = {
  slots: Float64Array<ArrayBuffer>
  counts: Float64Array<ArrayBuffer>
  lastAtMs: Float64Array<ArrayBuffer>
  /** Empty where none is known. */
  lastIps: (string | null)[]
}

export function toColumns(rows: UsageRow[]): UsageColumns {
  return {
    slots: Float64Array.from(rows, ({ slot }) => slot),
    counts: Float64Array.from(rows, ({ count }) => count),
    lastAtMs: Float64Array.from(rows, ({ lastAtMs }) => lastAtMs),
    lastIps: rows.some(({ lastIp }) => lastIp !== null) ? rows.map(({ lastIp }) => lastIp) : [],
  }
}

/**
 * The rows of several batches in the order of slots, those of one slot added up.
 *
 * @param batches the oldest first: on a tie of last uses the later batch wins
 * @param from the first slot that is wanted
 */
export function* mergedRows(batches: UsageColumns[], from: number): Generator<UsageRow> {
  const cursors = batches.map((batch) => {
    const at = batch.slots.findIndex((slot) => slot >= from)
    return { ...batch, at: at === -1 ? batch.slots.length : at }
  })
  for (;;) {
    let slot = Infinity
    for (const { slots, at } of cursors) slot = Math.min(slot, slots[at] ?? Infinity)
    if (slot === Infinity) return
    const row: UsageRow = { slot, count: 0, lastAtMs: -Infinity, lastIp: null }
    for (const cursor of cursors) {
      const { at } = cursor
      if (cursor.slots[at] !== slot) continue
      cursor.at = at + 1
      row.count += present(cursor.counts[at])
      const lastAtMs = present(cursor.lastAtMs[at])
      if (lastAtMs < row.lastAtMs) continue
      row.lastAtMs = lastAtMs
      row.lastIp = cursor.lastIps[at] ?? null
    }
    yield row
  }
}
