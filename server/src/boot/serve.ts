import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, readConfig, type Config } from '../config/config.ts'
import { addDemoAgent } from '../features/catalog/add-demo-agent.ts'
import { bootstrapServiceToken } from '../features/service-tokens/bootstrap-service-token.ts'
import { bootstrapOwner } from '../features/people/sign-up/bootstrap-owner.ts'
import { makeLeaseFlag } from '../features/leases/settling.ts'
import { makeBudgetMemory } from '../features/rate-limits/memory-rate-limiter.ts'
import { openRedis } from '../features/rate-limits/open-redis.ts'
import { usageSinkFor } from '../features/usage/write-behind/usage-sinks.ts'
import { startSending } from '../features/webhooks/sending/start-sending.ts'
import { WrongAuthSecretError } from '../features/widget/signing-keys.ts'
import { asError, explainFileError } from '../lib/caught.ts'
import { makeLogger } from '../lib/log/log.ts'
import { makeContext } from '../features/make-context.ts'
import { prepareServing } from './serving.ts'
import { startSweeping } from './start-sweeping.ts'
import { isOutage } from '../lib/failures.ts'
import { startTracing } from '../lib/tracing/start-tracing.ts'
import { openDatabase } from '../store/open-database.ts'
import { DatabaseError } from '../store/interface/open-database.ts'
import { prepareAnnouncement } from './announce.ts'
import { workersOf } from './workers.ts'

const MAX_CLOSING_MS = 2000

// Of a start that fails.
let closeDatabase = async (): Promise<void> => undefined

async function start(): Promise<void> {
  const config = await withPort(readConfig(process.env))
  const log = makeLogger(config.logLevel, process.stdout)
  const stopTracing = await startTracing(config.tracesEndpoint, log)
  const redis = await openRedis(config, log)
  const database = await openDatabase(config.database, { as: 'service', inThreads: true })
  closeDatabase = () => database.close()
  const budgets = makeBudgetMemory()
  const usageSink = usageSinkFor(database, log)
  const leaseFlag = makeLeaseFlag()
  const workers = workersOf({ budgets, leaseFlag }, usageSink)
  const shared = { budgets, redis, usageSink, leaseFlag, peers: workers.peers }
  const ctx = await makeContext(config, database, log, Date.now, shared)
  await bootstrapOwner(ctx)
  await bootstrapServiceToken(ctx)
  await addDemoAgent(ctx)
  const announce = await prepareAnnouncement(ctx)
  const [serving] = await Promise.all([prepareServing(ctx), workers.prepare(ctx)])
  let stopSweeping = async (): Promise<void> => undefined
  let stopSending = async (): Promise<void> => undefined
  let isStopping = false
  async function stop(signal: string): Promise<void> {
    if (isStopping) return // a second signal changes nothing
    isStopping = true
    log.info({ signal }, 'stopping: finishing what is under way')
    await Promise.all([serving.drain(), workers.stop()])
    await Promise.all([stopSweeping(), stopSending()])
    await ctx.leases.close()
    await serving.close() // the workers' uses too are written here
    await database.close()
    await redis?.close()
    await stopTracing()
    log.info('stopped')
    process.exit(0)
  }
  // Set before anybody can see that the service is ready: it may be stopped right then.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  await Promise.all([serving.listen(), workers.listen()])
  if (isStopping) return
  stopSweeping = startSweeping(ctx)
  stopSending = startSending(ctx).stop
  announce()
}

/**
 * PORT=0 asks for any free port; PUBLIC_URL has to name it before the first request. A port that
 * workers are to share is tried alone first: others who share theirs would not be noticed.
 */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0 && config.workers === 1) return config
  const probe = createServer().listen(config.port, config.host)
  await new Promise((resolve, reject) => probe.once('listening', resolve).once('error', reject))
  const address = probe.address()
  if (address === null || typeof address === 'string') throw new Error('the probe has no port')
  const { port } = address
  await new Promise((resolve) => probe.close(resolve))
  return {
    ...config,
    port,
    publicUrl: config.isPublicUrlGiven ? config.publicUrl : `http://localhost:${port}`,
  }
}

/** One clear line for a failure that an operator can mend; any other is our bug, shown with its stack. */
function explain(error: unknown): string {
  const { code, message, stack, path } = asError(error)
  if (
    error instanceof ConfigError ||
    error instanceof DatabaseError ||
    error instanceof WrongAuthSecretError
  )
    return message
  if (code === 'EADDRINUSE') return `PORT is in use: ${message.replace('listen EADDRINUSE: ', '')}`
  if ((code === 'EACCES' && path === undefined) || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `Cannot listen on HOST and PORT: ${message}`
  if (isOutage(error)) return `Cannot use the database: ${message}`
  if (path !== undefined) return `Cannot use ${path}: ${explainFileError(error)}`
  return stack ?? String(error)
}

start().catch(async (error: unknown) => {
  process.stderr.write(`zentrix-api-keys: ${explain(error)}\n`)
  // To exit while a thread loads the database's native code crashes the process.
  await Promise.race([closeDatabase().catch(() => undefined), sleep(MAX_CLOSING_MS)])
  process.exit(1)
})
