import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { OpenDatabase } from '../../store/open-database.ts'
import { summarize } from './summarize.ts'
import { addUsage, moveServiceTokenUses } from './usage.store.ts'
import type { UsageBatch, UsageSink } from './usage-log.ts'
import type { WriterAnswer } from './usage-writer.ts'

const RETRY_MS = 500
const YOUNG_GENERATION_MB = 8

/** Where usage is written: by a thread of its own on SQLite, through the pool on PostgreSQL. */
export function usageSinkFor(database: OpenDatabase, log: Logger): UsageSink {
  return database.usagePath === undefined
    ? databaseSink(database, log)
    : threadSink(database.usagePath, log)
}

function databaseSink({ db }: OpenDatabase, log: Logger): UsageSink {
  const write = (batch: UsageBatch) =>
    db.transaction().execute(async (tx) => {
      await addUsage(tx, summarize(batch))
      await moveServiceTokenUses(tx, batch.serviceTokens)
    })
  return retryingSink(write, async () => undefined, log)
}

/** A thread, so that no verification ever waits for a disk. */
function threadSink(path: string, log: Logger): UsageSink {
  const waiting = new Map<number, (answer: WriterAnswer) => void>()
  let thread: Worker | undefined
  let count = 0

  function start(): Worker {
    const started = new Worker(new URL('usage-writer.ts', import.meta.url), {
      workerData: { path },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    started.on('message', (answer: WriterAnswer) => {
      waiting.get(answer.number)?.(answer)
      waiting.delete(answer.number)
    })
    // Whoever waits hears of it, and the next attempt starts another.
    started.on('error', (error) => {
      thread = undefined
      for (const [number, answered] of waiting) answered({ number, error: error.message })
      waiting.clear()
    })
    started.unref()
    return started
  }

  const write = (batch: UsageBatch) =>
    new Promise<void>((resolve, reject) => {
      const number = count++
      waiting.set(number, ({ error }) =>
        error === undefined ? resolve() : reject(new Error(error)),
      )
      thread ??= start()
      thread.postMessage({ number, batch })
    })
  return {
    ...retryingSink(write, async () => void (await thread?.terminate()), log),
    start: () => void (thread ??= start()),
  }
}

/** Tries until it is written: what was counted is not lost to a passing trouble. */
function retryingSink(
  writeOnce: (batch: UsageBatch) => Promise<void>,
  end: () => Promise<void>,
  log: Logger,
): UsageSink {
  const ended = Promise.withResolvers<void>()
  let isEnding = false
  return {
    start: () => undefined,
    async write(batch) {
      for (;;) {
        try {
          return await writeOnce(batch)
        } catch (error) {
          log.warn({ err: error, uses: batch.count, isEnding }, 'usage could not be written')
          if (isEnding) return
          await Promise.race([
            new Promise((resolve) => setTimeout(resolve, RETRY_MS)),
            ended.promise,
          ])
        }
      }
    },
    async close() {
      isEnding = true
      ended.resolve()
      await end()
    },
  }
}
