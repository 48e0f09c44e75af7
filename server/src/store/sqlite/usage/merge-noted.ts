import { setImmediate as turn } from 'node:timers/promises'
import type { UsageMerge } from './usage-batches.ts'
import type { UsageWriter } from './usage-file.ts'
import type { UsageRow } from '../../usage/usage-row.ts'
import { mergedRows } from '../../usage/columns.ts'

// A few milliseconds of rows, so that no batch waits long to be noted.
const ROWS_AT_ONCE = 2000

/**
 * Adds what was noted so far to the table that is read, part by part. One that is interrupted goes
 * on where it was: each part is written together with where the next one begins.
 */
export async function mergeNoted(writer: UsageWriter, rowsAtOnce = ROWS_AT_ONCE): Promise<void> {
  const newest = writer.newestBatch()
  for (;;) {
    const merge = writer.beginMerge()
    if (merge === undefined) return
    await mergeOnce(writer, merge, rowsAtOnce)
    if (merge.upTo >= newest) return // one that was interrupted may have ended before
  }
}

async function mergeOnce(
  writer: UsageWriter,
  { upTo, from }: UsageMerge,
  rowsAtOnce: number,
): Promise<void> {
  let part: UsageRow[] = []
  for (const row of mergedRows(writer.readBatches(upTo), from)) {
    if (part.push(row) < rowsAtOnce) continue
    writer.mergeRows(part)
    part = []
    await turn() // batches that wait to be noted go first
  }
  if (part.length > 0) writer.mergeRows(part)
  writer.endMerge(upTo)
}
