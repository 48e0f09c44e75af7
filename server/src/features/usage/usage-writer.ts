// The thread that writes usage on SQLite. It does nothing else, so it may be slow.
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
import { present } from '../../lib/typed.ts'

// A batch is safe once it is noted in one piece; adding it to the table of all keys, whose pages
// are scattered, is most of the work. Many batches are therefore added together: the uses of a key
// in twenty seconds then cost one row, and a page is written once for all of its rows.
const BATCHES_MERGED_TOGETHER = 40

giveWay()
const { path }: { path: string } = workerData
const file = lastingUsageWriter(path)
let merging = Promise.resolve()

const calls = {
  /** Notes a batch; it is safe from then on. @returns a notice about the file for the log, if any */
  write(batch: UsageBatch): string | undefined {
    const columns = toColumns(summarize(batch))
    lasting((writer) => {
      writer.noteBatch(columns, batch.serviceTokens)
      // A failed merge is repeated with the next batch, or for the next reader, who gets its error.
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
callsOver(present(parentPort), calls)

export type UsageWriterCalls = typeof calls

/** Adds the batches noted so far to the table that readers read. */
function merge(): Promise<void> {
  merging = merging
    .catch(() => undefined)
    .then(() => mergeNoted(file.current()))
    .catch((error: unknown) => void file.replaceIf(error))
  return merging
}

/** Runs `work`, and runs it again in a new file if this one is damaged. */
function lasting(work: (writer: UsageWriter) => void): void {
  try {
    work(file.current())
  } catch (error) {
    work(file.replaceIf(error))
  }
}
