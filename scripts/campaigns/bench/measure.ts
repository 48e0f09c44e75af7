// One measurement: a server on one core, its load from the other.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { LoadPlan, LoadReport } from './load.ts'
import type { ServerProcess } from './server-process.ts'

export type Measurement = LoadReport & {
  requestsPerSecond: number
  /** Microseconds of CPU a request, of every thread of the server, and of the one that serves. */
  cpuUs: number
  mainCpuUs: number
  memoryMb: number
  /** From the start of the process to its first good answer on /readyz. */
  readyMs: number
}

export async function measure(
  server: ServerProcess,
  plan: Omit<LoadPlan, 'port'>,
  loadCore: number | null = 1,
): Promise<Measurement> {
  const load = fork(
    join(import.meta.dirname, 'load.ts'),
    [JSON.stringify({ ...plan, port: server.port })],
    {
      ...(process.platform === 'linux' &&
        loadCore !== null && {
          execPath: 'taskset',
          execArgv: ['-c', `${loadCore}`, process.execPath],
        }),
    },
  )
  let before = server.cost()
  let after = before
  const report = await new Promise<LoadReport>((resolve, reject) => {
    load.on('message', (message: 'measuring' | 'measured' | LoadReport) => {
      if (message === 'measuring') before = server.cost()
      else if (message === 'measured') after = server.cost()
      else resolve(message)
    })
    load.once('error', reject)
    load.once('exit', (code) => code !== 0 && reject(new Error(`the load ended with ${code}`)))
  })
  const perRequestUs = (ms: number) => (ms * 1000) / report.requests
  return {
    ...report,
    requestsPerSecond: report.requests / report.seconds,
    cpuUs: perRequestUs(after.allThreadsMs - before.allThreadsMs),
    mainCpuUs: perRequestUs(after.mainThreadMs - before.mainThreadMs),
    memoryMb: server.memoryMb(),
    readyMs: server.readyMs,
  }
}
