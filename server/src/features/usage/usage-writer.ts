// The thread that writes usage on SQLite. It does nothing else, so it may take its time.
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../../lib/threads/give-way.ts'
import { callsOver } from '../../lib/threads/port-calls.ts'
import type { UsageWriter } from '../../store/sqlite/usage-file.ts'
import { lastingUsageWriter } from '../../store/sqlite/usage-care.ts'
import { mergeNoted } from '../../store/sqlite/merge-noted.ts'
import { folded, planFolding, type FoldQuestion } from '../../store/usage/plan-folding.ts'
import { summarize } from '../../store/usage/summarize.ts'
import { toColumns } from '../../store/usage/columns.ts'
import type { UsageBatch } from '../../store/usage/batch.ts'

// A batch is safe once it is noted in one piece; adding it to the table of all keys, whose pages
// are scattered, is most of the work. Many are therefore added together: what a key was used in
// twenty seconds then costs one row, and a page is written once for all of its rows.
const BATCHES_MERGED_TOGETHER = 40

giveWay()
const file = lastingUsageWriter((workerData as { path: string }).path)
let merging = Promise.resolve()

const calls = {
  /** Notes a batch; it is safe from then on. Returns what is to be logged of the file, if anything. */
  write(batch: UsageBatch): string | undefined {
    const columns = toColumns(summarize(batch))
    lasting((writer) => {
      writer.noteBatch(columns, batch.serviceTokens)
      // One that fails is tried again with the next batch, or by the next reader, who hears of it.
      if (writer.countBatches() % BATCHES_MERGED_TOGETHER === 0) void merge().catch(() => undefined)
    })
    return file.takeNotice()
  },
  async merge(isDoubted: boolean): Promise<string | undefined> {
    if (isDoubted) file.replaceIfDamaged()
    await merge()
    return file.takeNotice()
  },
  fold(question: FoldQuestion): number | undefined {
    const writer = file.current()
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
  merging = merging
    .catch(() => undefined)
    .then(() => mergeNoted(file.current()))
    .catch((error: unknown) => void file.replaceIf(error))
  return merging
}

/** Does it once more in a new file, where this one is damaged. */
function lasting(work: (writer: UsageWriter) => void): void {
  try {
    work(file.current())
  } catch (error) {
    work(file.replaceIf(error))
  }
}
