import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { startNode, type Child, type Ended, type Settings } from './child.ts'
import { secretsLeft } from '../secrets/secrets-left.ts'

const READY_TIMEOUT_MS = 120_000
const POLL_MS = 20

/** The real service as a process of its own, on a data folder of its own. */
export type Service = {
  url: string
  /** Where its database and everything beside it is. */
  dir: string
  /** Its settings; a change counts from the next start on. */
  env: Settings
  /** Everything it has printed, over all its starts. */
  printed(): string
  /** The process that runs now. */
  child(): Child
  /** Ends it as an operator would; it has to exit with 0. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same folder and port. */
  start(): Promise<void>
  restart(): Promise<void>
  /** `npm run keys -- …`, beside the running service. */
  keys(...args: string[]): Promise<Ended>
  /** Kills it and deletes its folder; fails if it has left a secret there or in its log. */
  remove(): Promise<void>
}

export async function startService(env: Settings = {}): Promise<Service> {
  const dir = mkdtempSync(join(tmpdir(), 'service-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const settings: Settings = {
    DATABASE_URL: `file:${join(dir, 'keys.db')}`,
    PORT: String(port),
    PUBLIC_URL: url,
    ...env,
  }
  const runs: Child[] = []
  const child = () => runs.at(-1)!

  async function start() {
    runs.push(startNode('server/src/boot/main.ts', [], settings))
    await untilReady(url, child())
  }

  async function kill() {
    child().process.kill('SIGKILL')
    await child().ended
  }

  const service: Service = {
    url,
    dir,
    env: settings,
    printed: () => runs.map((run) => run.printed()).join(''),
    child,
    start,
    kill,
    async stop() {
      child().process.kill('SIGTERM')
      const { code } = await child().ended
      if (code !== 0) throw new Error(`stopped with ${code}:\n${child().printed()}`)
    },
    async restart() {
      await service.stop()
      await start()
    },
    keys: (...args) => startNode('server/src/commands/cli.ts', args, settings).ended,
    async remove() {
      await kill()
      const left = existsSync(dir) ? secretsLeft(dir, service.printed(), settings) : []
      rmSync(dir, { recursive: true, force: true })
      if (left.length > 0) throw new Error(`secrets were left: ${left.join(', ')}`)
    },
  }
  try {
    await start()
  } catch (error) {
    await service.remove()
    throw error
  }
  return service
}

/** Resolves when /readyz says so, and gives up at once when the process ends. */
async function untilReady(url: string, child: Child): Promise<void> {
  let isOver = false
  void child.ended.then(() => {
    isOver = true
  })
  const isReady = async () => (await fetch(`${url}/readyz`)).status === 200
  const untilMs = performance.now() + READY_TIMEOUT_MS
  while (!(await isReady().catch(() => false))) {
    if (isOver || performance.now() > untilMs)
      throw new Error(`the service did not start:\n${child.printed()}`)
    await sleep(POLL_MS)
  }
}
