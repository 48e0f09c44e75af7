import { mergeNoted } from '../../../store/sqlite/usage/merge-noted.ts'
import { lastingUsageWriter } from '../../../store/sqlite/usage/usage-care.ts'
import type { UsageWriter } from '../../../store/sqlite/usage/usage-file.ts'
import type { UsageBatch } from '../../../store/usage/batch.ts'
import { startOfHour } from '../../../store/usage/slot.ts'
import { toColumns } from '../../../store/usage/columns.ts'
import {
  folded,
  keysOfPart,
  planFolding,
  type DaysQuestion,
  type FoldQuestion,
  type OrganizationQuestion,
} from '../../../store/usage/plan-folding.ts'
import { sumByOrganization } from '../../../store/usage/sum-by-organization.ts'
import { summarize } from '../../../store/usage/summarize.ts'

// A batch is safe once it is noted in one piece; adding it to the table of all keys, whose pages
// are scattered, is most of the work. Many batches are therefore added together: the uses of a key
// in twenty seconds then cost one row, and a page is written once for all of its rows.
const BATCHES_MERGED_TOGETHER = 40

export type UsageWriterCalls = ReturnType<typeof usageWriterCalls>

/** All that is asked of the one connection that writes the file of usage at `path`. */
export function usageWriterCalls(path: string) {
  const file = lastingUsageWriter(path)
  let merging = Promise.resolve()

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

  return {
    /** Notes a batch; it is safe from then on. @returns a notice about the file for the log, if any */
    write(batch: UsageBatch): string | undefined {
      const columns = toColumns(summarize(batch))
      const organizations = sumByOrganization(batch)
      lasting((writer) => {
        writer.noteBatch(columns, batch, organizations)
        // A failed merge is repeated with the next batch, or for the next reader, who gets its error.
        if (writer.countBatches() % BATCHES_MERGED_TOGETHER === 0)
          void merge().catch(() => undefined)
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
        writer.removeRefusals(
          ...keysOfPart(question.after, next),
          startOfHour(question.removeBefore),
        )
        return next
      })
    },
    foldOrganization(question: OrganizationQuestion): string | undefined {
      const writer = file.current()
      return writer.inTransaction(() => writer.foldOrganization(question))
    },
    countDays(question: DaysQuestion): number | undefined {
      const writer = file.current()
      return writer.inTransaction(() => writer.countDays(question))
    },
    /** A merge that is under way goes on with the next writer. */
    close: (): void => file.close(),
  }
}
