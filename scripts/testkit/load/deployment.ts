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
  /** What the last node reads in place of the database, to see that the run finds it. */
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
    ending.process.kill(signal)
    const { code } = await ending.ended
    if (signal === 'SIGTERM' && code !== 0)
      throw new Error(`a node ended with ${code}:\n${ending.printed()}`)
    if (isStopping) return
    children[at] = startOne(at)
    await untilReady(children[at], ports[at]!)
  }

  async function stop(): Promise<void> {
    isStopping = true
    const codes = await Promise.all(children.map(stopChild))
    process.off('exit', removeDir)
    removeDir()
    const at = codes.findIndex((code) => code !== 0)
    if (at !== -1) throw new Error(`a node ended with ${codes[at]}:\n${children[at]!.printed()}`)
  }

  try {
    for (let node = 0; node < nodes; node++) {
      ports.push(await freePort())
      children.push(startOne(node))
      await untilReady(children[node]!, ports[node]!)
    }
    const freeze = (at: number, isFrozen: boolean) =>
      void children[at]?.process.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT')
    return { ports, restart, freeze, stop }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

async function untilReady(child: Child, port: number): Promise<void> {
  const overdue = performance.now() + READY_TIMEOUT_MS
  while (child.process.exitCode === null && performance.now() < overdue) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(20)
  }
  throw new Error(`a node did not start:\n${child.printed()}`)
}

async function stopChild(child: Child): Promise<number | null> {
  const kill = setTimeout(() => child.process.kill('SIGKILL'), STOP_TIMEOUT_MS)
  child.process.kill('SIGTERM')
  const { code } = await child.ended
  clearTimeout(kill)
  return code
}
