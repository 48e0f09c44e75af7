import { setImmediate as turn } from 'node:timers/promises'
import type { UsageWriter } from '../../store/dialect/sqlite-usage.ts'
import { mergeColumns } from './usage-columns.ts'

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
  merge: { upTo: number; from: number },
  rowsAtOnce: number,
): Promise<void> {
  const columns = mergeColumns(writer.readBatches(merge.upTo))
  const { length } = columns.slots
  let at = columns.slots.findIndex((slot) => slot >= merge.from)
  if (at === -1) at = length
  for (; at < length; at += rowsAtOnce) {
    writer.mergeRows(columns, at, at + rowsAtOnce)
    await turn() // batches that wait to be noted go first
  }
  writer.endMerge(merge.upTo)
}
