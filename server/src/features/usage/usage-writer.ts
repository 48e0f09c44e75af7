// The thread that writes usage on SQLite. It does nothing else, so it may take its time.
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { openUsageWriter } from '../../store/dialect/sqlite-usage.ts'
import { summarize } from './summarize.ts'
import type { UsageBatch } from './usage-log.ts'

export type WriterQuestion = { number: number; batch: UsageBatch }
export type WriterAnswer = { number: number; error?: string }

giveWay()
const writer = openUsageWriter((workerData as { path: string }).path)

parentPort!.on('message', ({ number, batch }: WriterQuestion) => {
  const answer: WriterAnswer = { number }
  try {
    writer.write(summarize(batch), batch.serviceTokens)
  } catch (error) {
    answer.error = (error as Error).message
  }
  parentPort!.postMessage(answer)
})

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
