// The thread that writes usage on SQLite. It does nothing else, so it may take its time.
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { callsOver } from '../../port-calls.ts'
import { openUsageWriter } from '../../store/dialect/sqlite-usage.ts'
import { mergeNoted } from './merge-noted.ts'
import { folded, planFolding, type FoldQuestion } from './plan-folding.ts'
import { summarize } from './summarize.ts'
import { toColumns } from './usage-columns.ts'
import type { UsageBatch } from './usage-log.ts'

// A batch is safe once it is noted in one piece; adding it to the table of all keys, whose pages
// are scattered, is most of the work. Many are therefore added together: what a key was used in
// twenty seconds then costs one row, and a page is written once for all of its rows.
const BATCHES_MERGED_TOGETHER = 40

giveWay()
const writer = openUsageWriter((workerData as { path: string }).path)
let merging = Promise.resolve()

const calls = {
  /** Notes a batch; it is safe from then on. */
  write(batch: UsageBatch): void {
    writer.noteBatch(toColumns(summarize(batch)), batch.serviceTokens)
    // One that fails is tried again with the next batch, or by the next reader, who hears of it.
    if (writer.countBatches() % BATCHES_MERGED_TOGETHER === 0) void merge().catch(() => undefined)
  },
  merge,
  fold(question: FoldQuestion): number | undefined {
    return writer.inTransaction(() => {
      const rows = writer.readRows(question.after, question.limit + 1)
      const { fates, next } = planFolding(rows, question)
      writer.replaceRows([...fates.keys()], folded(rows, fates))
      return next
    })
  },
}
callsOver(parentPort!, calls)

export type UsageWriterCalls = typeof calls

/** Adds what was noted so far to the table that is read. */
function merge(): Promise<void> {
  merging = merging.catch(() => undefined).then(() => mergeNoted(writer))
  return merging
}

/** Lets verifications go first where both share a core. Linux has priorities for single threads. */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A sandbox may hide /proc or forbid this. It is a courtesy, no need.
  }
}
