import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { OpenDatabase } from '../../store/open-database.ts'
import { aloneOnPostgres } from '../../store/dialect/postgres-lock.ts'
import { summarize } from './summarize.ts'
import { addUsage, foldUsageRows, moveServiceTokenUses } from './usage.store.ts'
import type { UsageBatch, UsageSink } from './usage-log.ts'
import type { WriterAnswer, WriterWork } from './usage-writer.ts'

const RETRY_MS = 500
const YOUNG_GENERATION_MB = 8
// Any number that nothing else on the database server locks.
const FOLDING_LOCK = 5_842_771_930

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
  return {
    ...retrying(write, async () => undefined, log),
    start: () => undefined,
    foldAlone: (work) =>
      aloneOnPostgres(db, FOLDING_LOCK, (connection) =>
        work((question) => foldUsageRows(connection, question)),
      ),
  }
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
    let failure = 'the thread that writes usage has ended'
    started.on('error', (error) => (failure = error.message))
    // Whoever waits hears of it, and the next attempt starts another.
    started.on('exit', () => {
      thread = undefined
      for (const [number, answered] of waiting) answered({ number, error: failure })
      waiting.clear()
    })
    started.unref()
    return started
  }

  const ask = (work: WriterWork) =>
    new Promise<WriterAnswer>((resolve, reject) => {
      const number = count++
      waiting.set(number, (answer) =>
        answer.error === undefined ? resolve(answer) : reject(new Error(answer.error)),
      )
      thread ??= start()
      thread.postMessage({ number, work })
    })
  const write = async (batch: UsageBatch) => void (await ask({ batch }))
  return {
    ...retrying(write, async () => void (await thread?.terminate()), log),
    start: () => void (thread ??= start()),
    // The file has one owner, so nobody else can be at it.
    foldAlone: (work) => work(async (fold) => (await ask({ fold })).next),
  }
}

/** Tries until it is written: what was counted is not lost to a passing trouble. */
function retrying(
  writeOnce: (batch: UsageBatch) => Promise<void>,
  end: () => Promise<void>,
  log: Logger,
): Pick<UsageSink, 'write' | 'close'> {
  const ended = Promise.withResolvers<void>()
  let isEnding = false
  return {
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
