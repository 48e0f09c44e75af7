// One more thread that serves, on a core of its own.
import { parentPort, workerData } from 'node:worker_threads'
import { openRedis } from '../features/rate-limits/open-redis.ts'
import { leasesOfWorker } from '../features/leases/leases-of-worker.ts'
import { makeLogger } from '../lib/log/log.ts'
import { makeContext } from '../features/make-context.ts'
import type { Peers } from '../lib/threads/peers.ts'
import { startTracing } from '../lib/tracing/start-tracing.ts'
import { peerAnswers } from './peer-answers.ts'
import { callsOver } from '../lib/threads/port-calls.ts'
import { prepareServing } from './serving.ts'
import { openDatabase } from '../store/open-database.ts'
import type { MainCalls, WorkerData } from './worker-calls.ts'
import { present } from '../lib/typed.ts'

const { number, config, budgets, leaseFlag, ports }: WorkerData = workerData
const log = makeLogger(config.logLevel, process.stdout)
const stopTracing = await startTracing(config.tracesEndpoint, log)
const redis = await openRedis(config, log)
const database = await openDatabase(config.database, { as: 'worker', ports })
const { call } = callsOver<MainCalls>(present(parentPort), {
  prepare,
  listen,
  stop,
  flushUsage: async () => peerAnswers(await made).flushUsage(),
  metrics: async () => peerAnswers(await made).metrics(),
})
const made = makeContext(config, database, log, Date.now, {
  budgets,
  redis,
  // The main thread writes usage for all.
  usageSink: {
    write: (batch) => call('writeUsage', batch),
    merge: (isDoubted) => call('mergeUsage', isDoubted),
    foldAlone: async () => undefined,
    close: async () => undefined,
  },
  // All threads share those that hash passwords.
  derivePasswordKey: (question, turn) => call('derivePasswordKey', { ...question, turn }),
  leases: leasesOfWorker(
    number,
    {
      pollLease: (question) => call('pollLease', question),
      leavePoll: (id) => call('leavePoll', id),
      settleThrough: (through) => call('settleThrough', through),
    },
    leaseFlag,
    database,
  ),
  peers: { ask: ((name) => call('askOthers', { asker: number, name })) as Peers['ask'] },
})
const prepared = made.then(prepareServing)

async function prepare(): Promise<void> {
  await prepared
}

async function listen(): Promise<void> {
  await (await prepared).listen()
}

async function stop(): Promise<void> {
  const serving = await prepared
  await serving.drain()
  await serving.close()
  await database.close()
  await redis?.close()
  await stopTracing()
}
