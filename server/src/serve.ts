import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildApp } from './app.ts'
import { ConfigError, readConfig, repositoryRoot, type Config } from './config.ts'
import { addDemoAgent } from './features/catalog/add-demo-agent.ts'
import { bootstrapServiceToken } from './features/service-tokens/bootstrap-service-token.ts'
import { bootstrapOwner } from './features/sessions/bootstrap-owner.ts'
import { startFlushing } from './features/usage/flush-usage.ts'
import { WrongAuthSecretError } from './features/widget/signing-keys.ts'
import { makeLogger } from './log.ts'
import { makeContext } from './make-context.ts'
import { readinessOf } from './readiness.ts'
import { startSweeping } from './start-sweeping.ts'
import { DatabaseError, openDatabase } from './store/open-database.ts'
import { announce } from './announce.ts'

const DRAIN_TIMEOUT_MS = 10_000

async function start(): Promise<void> {
  const config = await withFreePort(readConfig(process.env))
  const log = makeLogger(config.logLevel, process.stdout)
  const database = await openDatabase(config.databaseUrl, { as: 'service', writesInThread: true })
  const ctx = await makeContext(config, database, log)
  await bootstrapOwner(ctx)
  await bootstrapServiceToken(ctx)
  await addDemoAgent(ctx)
  const readiness = readinessOf(ctx)
  const app = await buildApp(ctx, { readiness, webRoot: join(repositoryRoot, 'web/dist') })
  const stopFlushing = startFlushing(ctx)
  const stopSweeping = startSweeping(ctx)
  await app.listen({ host: config.host, port: config.port })
  await announce(ctx)

  let isStopping = false
  async function stop(signal: string): Promise<void> {
    if (isStopping) return // a second signal changes nothing
    isStopping = true
    log.info({ signal }, 'stopping: finishing what is under way')
    readiness.startDraining()
    const overdue = setTimeout(() => {
      log.error('requests were still under way after 10 seconds; ending them')
      app.server.closeAllConnections()
    }, DRAIN_TIMEOUT_MS)
    await app.close()
    clearTimeout(overdue)
    await stopSweeping()
    await stopFlushing()
    await database.close()
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** PORT=0 asks for any free port; PUBLIC_URL has to name it before the first request. */
async function withFreePort(config: Config): Promise<Config> {
  if (config.port !== 0) return config
  const probe = createServer().listen(0, config.host)
  await new Promise((resolve, reject) => probe.once('listening', resolve).once('error', reject))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return {
    ...config,
    port,
    publicUrl: config.isPublicUrlGiven ? config.publicUrl : `http://localhost:${port}`,
  }
}

/** One clear line for what an operator can mend; anything else is a fault of ours, in full. */
function explain(error: unknown): string {
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (
    error instanceof ConfigError ||
    error instanceof DatabaseError ||
    error instanceof WrongAuthSecretError
  )
    return message
  if (code === 'EADDRINUSE') return `${message.replace('listen EADDRINUSE: ', '')}: PORT is in use`
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `Cannot listen on HOST and PORT: ${message}`
  return stack ?? String(error)
}

start().catch((error: unknown) => {
  process.stderr.write(`zentrix-api-keys: ${explain(error)}\n`)
  process.exit(1)
})
