// The thread that writes usage on SQLite. It does nothing else, so it may take its time.
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { openUsageWriter } from '../../store/dialect/sqlite-usage.ts'
import { folded, planFolding, type FoldQuestion } from './plan-folding.ts'
import { summarize } from './summarize.ts'
import type { UsageBatch } from './usage-log.ts'

export type WriterWork = { batch: UsageBatch } | { fold: FoldQuestion }
export type WriterQuestion = { number: number; work: WriterWork }
export type WriterAnswer = {
  number: number
  error?: string
  /** Where folding goes on; absent at the end. */
  next?: number | undefined
}

giveWay()
const writer = openUsageWriter((workerData as { path: string }).path)

parentPort!.on('message', ({ number, work }: WriterQuestion) => {
  const answer: WriterAnswer = { number }
  try {
    if ('fold' in work) answer.next = fold(work.fold)
    else writer.write(summarize(work.batch), work.batch.serviceTokens)
  } catch (error) {
    answer.error = (error as Error).message
  }
  parentPort!.postMessage(answer)
})

function fold(question: FoldQuestion): number | undefined {
  return writer.inTransaction(() => {
    const rows = writer.readRows(question.after, question.limit + 1)
    const { fates, next } = planFolding(rows, question)
    writer.replaceRows([...fates.keys()], folded(rows, fates))
    return next
  })
}

/** Lets verifications go first where both share a core. Linux has priorities for single threads. */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, constants.priority.PRIORITY_LOW)
  } catch {
    // A sandbox may hide /proc or forbid this. It is a courtesy, no need.
  }
}
