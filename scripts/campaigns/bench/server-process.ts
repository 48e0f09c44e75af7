// Starting a server on one core, and reading from /proc what it cost.
import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../testkit/processes/free-port.ts'

const CLOCK_TICKS_PER_SECOND = 100
const READY_TIMEOUT_MS = 60_000
// As `npm start` has it.
const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url))

export type Cost = { allThreadsMs: number; mainThreadMs: number }

export type ServerProcess = {
  port: number
  readyMs: number
  /** CPU spent so far. */
  cost(): Cost
  /** Resident memory in MB, mapped file pages not counted. */
  memoryMb(): number
  stop(): Promise<void>
}

/** Runs a command so that it and its threads stay on one core. */
export function pinned(core: number | null, command: string[]): string[] {
  return process.platform === 'linux' && core !== null
    ? ['taskset', '-c', `${core}`, ...command]
    : command
}

export async function startServer(
  script: string,
  env: Record<string, string>,
  core: number | null = 0,
): Promise<ServerProcess> {
  const port = await freePort()
  const [command, ...args] = pinned(core, [process.execPath, script]) as [string, ...string[]]
  const startedAt = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env, PORT: `${port}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const readyMs = await untilReady(child, port, startedAt)
  const { pid } = child
  return {
    port,
    readyMs,
    cost: () => ({
      allThreadsMs: cpuMs(`/proc/${pid}/stat`),
      mainThreadMs: cpuMs(`/proc/${pid}/task/${readdirSync(`/proc/${pid}/task`)[0]}/stat`),
    }),
    memoryMb() {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      return Number(/RssAnon:\s+(\d+)/.exec(status)![1]) / 1024
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function untilReady(child: ChildProcess, port: number, startedAt: number): Promise<number> {
  while (performance.now() - startedAt < READY_TIMEOUT_MS) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return performance.now() - startedAt
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the server did not become ready')
}

// utime and stime, the 14th and 15th field; the name in parentheses may hold spaces.
function cpuMs(path: string): number {
  const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND
}
