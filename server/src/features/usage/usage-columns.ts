import type { UsageRow } from './summarize.ts'

/** Rows of usage in the order of slots, a column each: compact on the disk, and quick to merge. */
export type UsageColumns = {
  slots: Float64Array<ArrayBuffer>
  counts: Float64Array<ArrayBuffer>
  lastAtMs: Float64Array<ArrayBuffer>
  lastIps: (string | null)[]
}

function emptyColumns(length: number): UsageColumns {
  return {
    slots: new Float64Array(length),
    counts: new Float64Array(length),
    lastAtMs: new Float64Array(length),
    lastIps: Array.from<string | null>({ length }).fill(null),
  }
}

export function toColumns(rows: UsageRow[]): UsageColumns {
  const columns = emptyColumns(rows.length)
  rows.forEach(({ slot, count, lastAtMs, lastIp }, at) => {
    columns.slots[at] = slot
    columns.counts[at] = count
    columns.lastAtMs[at] = lastAtMs
    columns.lastIps[at] = lastIp
  })
  return columns
}

/** The rows from one position up to another, that one excluded. */
export function toRows(columns: UsageColumns, from: number, to: number): UsageRow[] {
  const rows: UsageRow[] = []
  for (let at = from; at < Math.min(to, columns.slots.length); at++)
    rows.push({
      slot: columns.slots[at]!,
      count: columns.counts[at]!,
      lastAtMs: columns.lastAtMs[at]!,
      lastIp: columns.lastIps[at] ?? null,
    })
  return rows
}

/** Adds up rows of the same slot; of equally late last uses, that of the later columns counts. */
export function mergeColumns(all: UsageColumns[]): UsageColumns {
  if (all.length === 0) return emptyColumns(0)
  if (all.length === 1) return all[0]!
  const half = Math.ceil(all.length / 2)
  return mergeTwo(mergeColumns(all.slice(0, half)), mergeColumns(all.slice(half)))
}

function mergeTwo(early: UsageColumns, late: UsageColumns): UsageColumns {
  const merged = emptyColumns(early.slots.length + late.slots.length)
  let length = 0
  let [a, b] = [0, 0]

  function add({ slots, counts, lastAtMs, lastIps }: UsageColumns, at: number): void {
    const isNew = length === 0 || merged.slots[length - 1] !== slots[at]
    const to = isNew ? length++ : length - 1
    merged.slots[to] = slots[at]!
    merged.counts[to]! += counts[at]!
    if (!isNew && lastAtMs[at]! < merged.lastAtMs[to]!) return
    merged.lastAtMs[to] = lastAtMs[at]!
    merged.lastIps[to] = lastIps[at]!
  }

  while (a < early.slots.length || b < late.slots.length)
    if ((early.slots[a] ?? Infinity) <= (late.slots[b] ?? Infinity)) add(early, a++)
    else add(late, b++)
  return {
    slots: merged.slots.slice(0, length),
    counts: merged.counts.slice(0, length),
    lastAtMs: merged.lastAtMs.slice(0, length),
    lastIps: merged.lastIps.slice(0, length),
  }
}
