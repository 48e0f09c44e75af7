import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { callsOver, type Calls } from '../../../lib/threads/port-calls.ts'
import { logNowAndThen } from '../../../lib/log/log.ts'
import type { OpenDatabase } from '../../../store/interface/open-database.ts'
import { aloneOnPostgres } from '../../../store/postgres/advisory-lock.ts'
import { startOfHour } from '../../../store/usage/slot.ts'
import { sumByOrganization } from '../../../store/usage/sum-by-organization.ts'
import { summarize } from '../../../store/usage/summarize.ts'
import { addRefusals, removeRefusals } from '../refusals.store.ts'
import { countDays } from '../most-used.store.ts'
import { addOrganizationUsage, foldOrganization } from '../organization-usage.store.ts'
import { addUsage, foldUsageRows, moveServiceTokenUses } from '../usage.store.ts'
import type { UsageSink } from './usage-log.ts'
import type { UsageBatch } from '../../../store/usage/batch.ts'
import { keysOfPart, type Folding } from '../../../store/usage/plan-folding.ts'
import { usageWriterCalls, type UsageWriterCalls } from './usage-writer-calls.ts'

const RETRY_MS = 500
const YOUNG_GENERATION_MB = 8
// Any number that nothing else on the database server locks.
const FOLDING_LOCK = 5_842_771_930

/**
 * The sink of a database: the pool on PostgreSQL; on SQLite a thread of its own, or this thread
 * where the files have none.
 */
export function usageSinkFor(database: OpenDatabase, log: Logger): UsageSink {
  const { usagePath, hasThreads } = database
  if (usagePath === undefined) return databaseSink(database, log)
  return fileSink(hasThreads ? writerInThread(usagePath) : writerHere(usagePath), log)
}

function databaseSink({ db }: OpenDatabase, log: Logger): UsageSink {
  const write = (batch: UsageBatch) =>
    db.transaction().execute(async (tx) => {
      await addUsage(tx, summarize(batch))
      await addOrganizationUsage(tx, sumByOrganization(batch))
      await moveServiceTokenUses(tx, batch.serviceTokens)
      await addRefusals(tx, batch.refusals)
    })
  return {
    ...retrying(write, async () => undefined, log),
    merge: async () => undefined,
    foldAlone: (work) =>
      aloneOnPostgres(db, FOLDING_LOCK, (connection) =>
        work({
          async rows(question) {
            const next = await foldUsageRows(connection, question)
            const keys = keysOfPart(question.after, next)
            await removeRefusals(connection, keys, startOfHour(question.removeBefore))
            return next
          },
          organizations: (question) => foldOrganization(connection, question),
          days: (question) => countDays(connection, question),
        }),
      ),
  }
}

/** The writer of the file, started by the first call, and again after it has ended. */
type FileWriter = {
  write(batch: UsageBatch): Promise<string | undefined>
  merge(isDoubted: boolean): Promise<string | undefined>
  folding: Folding
  end(): Promise<void>
}

/** A thread, so that no verification ever waits for a disk. */
function writerInThread(path: string): FileWriter {
  let running: { thread: Worker; calls: Calls<UsageWriterCalls> } | undefined

  function start() {
    const thread = new Worker(new URL('usage-writer.ts', import.meta.url), {
      workerData: { path },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    const calls = callsOver<UsageWriterCalls>(thread)
    let failure = new Error('the thread that writes usage has ended')
    thread.on('error', (error: Error) => (failure = error))
    // Waiting calls fail, and the next attempt starts another thread.
    thread.on('exit', () => {
      running = undefined
      calls.fail(failure)
    })
    thread.unref()
    return { thread, calls }
  }

  const calls = () => (running ??= start()).calls
  return {
    write: (batch) => calls().call('write', batch),
    merge: (isDoubted) => calls().call('merge', isDoubted),
    folding: {
      rows: (question) => calls().call('fold', question),
      organizations: (question) => calls().call('foldOrganization', question),
      days: (question) => calls().call('countDays', question),
    },
    end: async () => void (await running?.thread.terminate()),
  }
}

function writerHere(path: string): FileWriter {
  let open: UsageWriterCalls | undefined
  const calls = () => (open ??= usageWriterCalls(path))
  return {
    write: async (batch) => calls().write(batch),
    merge: async (isDoubted) => calls().merge(isDoubted),
    folding: {
      rows: async (question) => calls().fold(question),
      organizations: async (question) => calls().foldOrganization(question),
      days: async (question) => calls().countDays(question),
    },
    async end() {
      open?.close()
      open = undefined
    },
  }
}

function fileSink(writer: FileWriter, log: Logger): UsageSink {
  const logNotice = (notice: string | undefined) => void (notice && log.error(notice))
  return {
    ...retrying(
      async (batch) => logNotice(await writer.write(batch)),
      () => writer.end(),
      log,
    ),
    merge: async (isDoubted) => logNotice(await writer.merge(isDoubted)),
    // The file has one owner, so no other process can be folding.
    foldAlone: (work) => work(writer.folding),
  }
}

/** Tries until the batch is written: a transient failure loses no count. */
function retrying(
  writeOnce: (batch: UsageBatch) => Promise<void>,
  end: () => Promise<void>,
  log: Logger,
): Pick<UsageSink, 'write' | 'close'> {
  const note = logNowAndThen(log, 'warn', 'usage could not be written')
  const ended = Promise.withResolvers<void>()
  let isEnding = false
  return {
    async write(batch) {
      for (;;) {
        try {
          return await writeOnce(batch)
        } catch (error) {
          note(error, { isEnding })
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
