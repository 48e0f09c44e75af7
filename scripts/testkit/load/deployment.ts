// The real service, as one process or several on one PostgreSQL database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checksum } from '../../../shared/src/keys/key-format.ts'
import { freePort } from '../processes/free-port.ts'
import { root, start, type Child, type Settings } from '../processes/child.ts'

const READY_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 60_000
const ANSWER_TIMEOUT_MS = 10_000
const MAX_STARTS = 5

const body = `nassvc_${'0'.repeat(26)}`

/** Made again in every database of a run; nothing else knows it. */
export const SERVICE_TOKEN = body + checksum(body)

export type Deployment = {
  /** One for each node. */
  ports: number[]
  /** Ends a node and starts it again on its port; resolves when it is ready. */
  restart(at: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Stops a node's process, as a machine does that is frozen, or lets it go on. */
  freeze(at: number, isFrozen: boolean): void
  /** Ends every node as an operator would, and deletes what they wrote. */
  stop(): Promise<void>
}

export type DeploymentOptions = {
  nodes: number
  /** WORKERS of each node. */
  workers: number
  /** `postgres://…`; undefined for a SQLite file of its own, which one node alone can own. */
  databaseUrl?: string | undefined
  /** Where the nodes count budgets together. */
  redisUrl?: string | undefined
  /**
   * A stale source that the last node reads in place of the database, to see that the run finds it.
   */
  replicaUrl?: string | undefined
  /** Where the sources of the service are, if it runs from a copy of them. */
  sources?: string | undefined
}

export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { nodes, workers, databaseUrl, redisUrl, replicaUrl, sources = root } = options
  if (nodes > 1 && databaseUrl === undefined)
    throw new Error('several nodes need --postgres: one service owns a SQLite file')
  const dir = mkdtempSync(join(tmpdir(), 'revocation-'))
  const removeDir = () => rmSync(dir, { recursive: true, force: true })
  process.once('exit', removeDir)
  const children: Child[] = []
  /** Those that are ready, and that nobody has killed: they end with 0. */
  const serving = new Set<Child>()
  const ports: number[] = []
  let isStopping = false

  function startOne(at: number): Child {
    const isOnReplica = replicaUrl !== undefined && at === nodes - 1
    const settings: Settings = {
      DATABASE_URL: (isOnReplica ? replicaUrl : databaseUrl) ?? `file:${join(dir, 'keys.db')}`,
      PORT: `${ports[at]}`,
      PUBLIC_URL: `http://localhost:${ports[0]}`,
      AUTH_SECRET: 'a-secret-for-the-revocation-checker-only',
      BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
      RATE_LIMIT_PER_MINUTE: '1000000',
      WIDGET_TOKEN_TTL_SECONDS: '3600',
      WORKERS: `${workers}`,
      LOG_LEVEL: 'warn',
      // Redis may be late on a busy machine, which is no reason to refuse a key here.
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl, RATE_LIMIT_ON_FAILURE: 'local' }),
    }
    return start(process.execPath, [join(sources, 'server/src/boot/main.ts')], settings)
  }

  async function restart(at: number, signal: NodeJS.Signals): Promise<void> {
    const ending = children[at]!
    serving.delete(ending)
    ending.process.kill(signal)
    const code = await endOf(ending)
    if (signal === 'SIGTERM' && code !== 0)
      throw new Error(`a node ended with ${code}:\n${ending.printed()}`)
    if (!isStopping) await startUntilReady(at)
  }

  /** A node whose database is slow to answer ends with a line; it is started again, as by a supervisor. */
  async function startUntilReady(at: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const child = startOne(at)
      children[at] = child
      const failure = await untilReady(child, ports[at]!)
      if (failure === undefined) serving.add(child)
      if (failure === undefined || isStopping) return
      const isByDatabase = /^zentrix-api-keys: Cannot (use|prepare) the database:/m.test(
        child.printed(),
      )
      if (!isByDatabase || attempt === MAX_STARTS) throw failure
    }
  }

  async function stop(): Promise<void> {
    isStopping = true
    const codes = await Promise.all(children.map(stopChild))
    process.off('exit', removeDir)
    removeDir()
    for (const [at, code] of codes.entries()) {
      const child = children[at]!
      if (serving.has(child) && code !== 0)
        throw new Error(`a node ended with ${code}:\n${child.printed()}`)
    }
  }

  try {
    for (let node = 0; node < nodes; node++) {
      ports.push(await freePort())
      await startUntilReady(node)
    }
    const freeze = (at: number, isFrozen: boolean) =>
      void children[at]?.process.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT')
    return { ports, restart, freeze, stop }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

/** @returns why it is not ready, if it ended or took too long */
async function untilReady(child: Child, port: number): Promise<Error | undefined> {
  const overdue = performance.now() + READY_TIMEOUT_MS
  const hasEnded = () => child.process.exitCode !== null || child.process.signalCode !== null
  while (!hasEnded() && performance.now() < overdue) {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(() => undefined)
    if (answer?.ok) return undefined
    await sleep(20)
  }
  const how = hasEnded() ? `ended with ${child.process.exitCode}` : 'was not ready in time'
  return new Error(`a node did not start, and ${how}:\n${child.printed()}`)
}

function stopChild(child: Child): Promise<number | null> {
  child.process.kill('SIGCONT') // it may be frozen
  child.process.kill('SIGTERM')
  return endOf(child)
}

/** The exit code of a node that was told to end; null for one that had to be killed. */
async function endOf(child: Child): Promise<number | null> {
  const kill = setTimeout(() => child.process.kill('SIGKILL'), STOP_TIMEOUT_MS)
  const { code } = await child.ended
  clearTimeout(kill)
  return code
}
