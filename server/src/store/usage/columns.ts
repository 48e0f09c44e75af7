import type { UsageRow } from './summarize.ts'

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
 * @param batches the oldest first: of equally late last uses, that of the later batch counts
 * @param from the first slot that is wanted
 */
export function* mergedRows(batches: UsageColumns[], from: number): Generator<UsageRow> {
  const next = batches.map(({ slots }) => {
    const at = slots.findIndex((slot) => slot >= from)
    return at === -1 ? slots.length : at
  })
  for (;;) {
    let slot = Infinity
    for (let batch = 0; batch < batches.length; batch++)
      slot = Math.min(slot, batches[batch]!.slots[next[batch]!] ?? Infinity)
    if (slot === Infinity) return
    const row: UsageRow = { slot, count: 0, lastAtMs: -Infinity, lastIp: null }
    batches.forEach(({ slots, counts, lastAtMs, lastIps }, batch) => {
      const at = next[batch]!
      if (slots[at] !== slot) return
      next[batch] = at + 1
      row.count += counts[at]!
      if (lastAtMs[at]! < row.lastAtMs) return
      row.lastAtMs = lastAtMs[at]!
      row.lastIp = lastIps[at] ?? null
    })
    yield row
  }
}
