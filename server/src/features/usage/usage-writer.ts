// The thread that writes usage on SQLite. It does nothing else, so it may take its time.
import { parentPort, workerData } from 'node:worker_threads'
import { openUsageWriter } from '../../store/dialect/sqlite-usage.ts'
import { summarize } from './summarize.ts'
import type { UsageBatch } from './usage-log.ts'

export type WriterQuestion = { number: number; batch: UsageBatch }
export type WriterAnswer = { number: number; error?: string }

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
