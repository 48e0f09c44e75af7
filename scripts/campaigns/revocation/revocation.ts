// `npm run revocation`: tries to prove, on the real service, that a revoked key is accepted.
import { parseArgs } from 'node:util'
import { createDatabase, dropDatabase, startPostgres } from '../../testkit/processes/postgres.ts'
import { startRedis } from '../../testkit/processes/redis.ts'
import { delayedReplica } from '../../testkit/processes/delayed-replica.ts'
import { describeLeased } from './leased/describe-leased.ts'
import { findFaults } from './leased/find-faults.ts'
import { leasedFaults } from './leased/leased-faults.ts'
import { hasBroken, runLeased, type LeasedRunOptions } from './leased/run-leased.ts'
import { describeRun } from './report.ts'
import { run, type RunOptions } from './run.ts'

const { values } = parseArgs({
  options: {
    revocations: { type: 'string', default: '5000' },
    clients: { type: 'string', default: '16' },
    managers: { type: 'string', default: '8' },
    nodes: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    'max-seconds': { type: 'string', default: '600' },
    // A server on which the run makes a database of its own, or `throwaway` for a server as well.
    postgres: { type: 'string' },
    // `throwaway`, to count budgets there.
    redis: { type: 'string' },
    // Has processes of their own judge by leases, which are stopped, killed and cut off, while the
    // service is restarted; `verifiers` of them.
    leases: { type: 'boolean', default: false },
    verifiers: { type: 'string', default: '6' },
    restarts: { type: 'string', default: '10' },
    // Plants this one of `leasedFaults` in a copy of the sources, to see that the run finds it; or
    // `all` of them, one after another.
    fault: { type: 'string' },
    // How often a node is killed, and a throwaway database is.
    kills: { type: 'string', default: '0' },
    'database-restarts': { type: 'string', default: '0' },
    // Has the last node read a copy of the keys that is this late, to see that the run finds it.
    'replica-ms': { type: 'string' },
    // A cache of this age between clients and service, to see that the run finds it.
    'cache-ms': { type: 'string' },
  },
})

function wholeNumber(name: Exclude<keyof typeof values, 'leases'>, max: number, min = 1): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= min && number <= max) return number
  throw new Error(`--${name} must be a whole number from ${min} to ${max}`)
}

const REVOCATIONS_OF_FAULT = 300

const stopping = new AbortController()

async function main(): Promise<void> {
  if (values.leases) return withLeases()
  const options = {
    revocations: wholeNumber('revocations', 1_000_000),
    clients: wholeNumber('clients', 200),
    managers: wholeNumber('managers', 50),
    nodes: wholeNumber('nodes', 8),
    workers: wholeNumber('workers', 64),
    seed: wholeNumber('seed', 2 ** 31),
    maxSeconds: wholeNumber('max-seconds', 3600),
    kills: wholeNumber('kills', 1000, 0),
    databaseRestarts: wholeNumber('database-restarts', 1000, 0),
    signal: stopping.signal,
    cacheMs: values['cache-ms'] === undefined ? undefined : wholeNumber('cache-ms', 60_000),
  }
  if (values.redis === undefined) return onPostgres(options)
  const redis = await startRedis()
  try {
    await onPostgres({ ...options, redisUrl: redis.url })
  } finally {
    await redis.stop()
  }
}

async function withLeases(): Promise<void> {
  const options: LeasedRunOptions = {
    revocations: wholeNumber('revocations', 1_000_000),
    verifiers: wholeNumber('verifiers', 50),
    managers: wholeNumber('managers', 50),
    nodes: wholeNumber('nodes', 8),
    workers: wholeNumber('workers', 64),
    seed: wholeNumber('seed', 2 ** 31),
    maxSeconds: wholeNumber('max-seconds', 3600),
    restarts: wholeNumber('restarts', 1000, 0),
    isTroubled: true,
    longestStopMs: 10_000,
    signal: stopping.signal,
  }
  if (values.fault !== undefined) return plantFaults(options, values.fault)
  if (values.postgres === undefined) return reportLeased(options)
  if (values.postgres !== 'throwaway') throw new Error('--leases takes --postgres throwaway')
  const server = await startPostgres()
  const redis = values.redis === undefined ? undefined : await startRedis()
  try {
    await reportLeased({ ...options, databaseUrl: server.url, redisUrl: redis?.url })
  } finally {
    await redis?.stop()
    await server.stop()
  }
}

async function plantFaults(options: LeasedRunOptions, fault: string): Promise<void> {
  const names = fault === 'all' ? Object.keys(leasedFaults) : fault.split(',')
  const revocations = Math.min(options.revocations, REVOCATIONS_OF_FAULT)
  const short = { ...options, revocations, restarts: 0, longestStopMs: 4000 }
  const missed = await findFaults(short, names, (line) => process.stdout.write(`${line}\n`))
  if (missed > 0) process.exitCode = 1
}

async function reportLeased(options: LeasedRunOptions): Promise<void> {
  const result = await runLeased(options)
  process.stdout.write(describeLeased(options, result))
  if (hasBroken(result)) process.exitCode = 1
}

async function onPostgres(options: RunOptions): Promise<void> {
  const isThrowaway = values.postgres === 'throwaway'
  if (!isThrowaway && (options.databaseRestarts !== 0 || values['replica-ms'] !== undefined))
    throw new Error('--database-restarts and --replica-ms need --postgres throwaway')
  if (values.postgres === undefined) return report(options)
  if (values.postgres !== 'throwaway') return onDatabaseOf(values.postgres, options)
  const server = await startPostgres()
  try {
    const restartDatabase = async () => {
      await server.crash()
      await server.resume()
    }
    if (values['replica-ms'] === undefined)
      return await onDatabaseOf(server.url, { ...options, restartDatabase })
    const { databaseUrl, replicaUrl } = await delayedReplica(
      server,
      wholeNumber('replica-ms', 60_000),
    )
    await report({ ...options, databaseUrl, replicaUrl })
  } finally {
    await server.stop()
  }
}

async function onDatabaseOf(serverUrl: string, options: RunOptions): Promise<void> {
  const name = `revocation_${process.pid}`
  const databaseUrl = await createDatabase(serverUrl, name, 'template0')
  try {
    await report({ ...options, databaseUrl })
  } finally {
    await dropDatabase(serverUrl, name)
  }
}

async function report(options: RunOptions): Promise<void> {
  const result = await run(options)
  process.stdout.write(describeRun(options, result))
  if (result.violations > 0) process.exitCode = 1
}

// A signal alone would leave behind what was started; a second one does not wait for its end.
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  })

main().catch((error: unknown) => {
  process.stderr.write(`revocation: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
