// The real service, as one process or several on one PostgreSQL database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checksum } from '../../shared/src/key-format.ts'
import { freePort, startNode, type Child, type Settings } from '../../web/e2e/child.ts'

const READY_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 15_000

const body = `nassvc_${'0'.repeat(26)}`

/** Made anew in every database of a run; nothing else knows it. */
export const SERVICE_TOKEN = body + checksum(body)

export type Deployment = {
  /** One for each node. */
  ports: number[]
  /** Ends every node as an operator would, and deletes what they wrote. */
  stop(): Promise<void>
}

export type DeploymentOptions = {
  nodes: number
  /** WORKERS of each node. */
  workers: number
  /** `postgres://…`; undefined for a SQLite file of its own, which one node alone can own. */
  databaseUrl?: string | undefined
}

export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { nodes, workers, databaseUrl } = options
  if (nodes > 1 && databaseUrl === undefined)
    throw new Error('several nodes need --postgres: one service owns a SQLite file')
  const dir = mkdtempSync(join(tmpdir(), 'revocation-'))
  const removeDir = () => rmSync(dir, { recursive: true, force: true })
  process.once('exit', removeDir)
  const children: Child[] = []
  const ports: number[] = []

  async function stop(): Promise<void> {
    const codes = await Promise.all(children.map(stopChild))
    process.off('exit', removeDir)
    removeDir()
    const at = codes.findIndex((code) => code !== 0)
    if (at !== -1) throw new Error(`a node ended with ${codes[at]}:\n${children[at]!.printed()}`)
  }

  try {
    for (let node = 0; node < nodes; node++) {
      const port = await freePort()
      const settings: Settings = {
        DATABASE_URL: databaseUrl ?? `file:${join(dir, 'keys.db')}`,
        PORT: `${port}`,
        PUBLIC_URL: `http://localhost:${ports[0] ?? port}`,
        AUTH_SECRET: 'a-secret-for-the-revocation-checker-only',
        BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
        RATE_LIMIT_PER_MINUTE: '1000000',
        WIDGET_TOKEN_TTL_SECONDS: '3600',
        WORKERS: `${workers}`,
        LOG_LEVEL: 'warn',
      }
      const child = startNode('server/src/main.ts', [], settings)
      children.push(child)
      ports.push(port)
      await untilReady(child, port)
    }
    return { ports, stop }
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
