import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { measure, type Measurement } from '../measure.ts'
import { pinned, startServer } from '../server-process.ts'
import type { JudgeReport } from './judge-process.ts'
import { measureIdle, measureRevokes, measureStopped } from './measure-revokes.ts'

export type LeaseBenchOptions = {
  seconds: number
  serviceToken: string
  /** Of the service, on an empty database of its own. */
  env: Record<string, string>
  serviceScript: string
  /** Keys that the bare route is sent. */
  secretsPath: string
}

type Bar = { what: string; measured: number; limit: number; unit: string; isLeast?: boolean }

const MEASURED_CORE = 0
const REVOKES = 200
const GUARDED_TURNS = 3

/** The figures of leases, each beside its bar. */
export async function benchLeases(options: LeaseBenchOptions): Promise<string> {
  const { seconds, serviceToken, env, serviceScript } = options
  process.stderr.write('leases: bare Fastify route\n')
  const bare = await measureBare(options)
  const bars: Bar[] = []
  for (const [keys, name] of [
    [1000, '1 thousand'],
    [100_000, '100 thousand'],
  ] as const) {
    process.stderr.write(`leases: judging with ${name} copies\n`)
    const { cpuUs, p99Us } = judgeIn(keys, seconds)
    const what = `a verdict in process, ${name} copies`
    bars.push({ what: `CPU of ${what}, beside the bare route`, ...bar(cpuUs / bare.cpuUs, 0.15) })
    bars.push({ what: `p99 of ${what}`, ...bar(p99Us, 5, 'µs') })
  }
  bars.push(await measureGuarded(options))
  const server = await startServer(serviceScript, env, null)
  try {
    process.stderr.write('leases: revocations without verifiers\n')
    const without = await measureRevokes(server, serviceToken, 0, REVOKES)
    for (const [count, limit] of [
      [1, 1.5],
      [20, 2],
      [100, 4],
    ] as const) {
      process.stderr.write(`leases: revocations beside ${count} verifiers\n`)
      const { p99Ms } = await measureRevokes(server, serviceToken, count, REVOKES)
      const what = `p99 of a revocation with ${count} verifiers, beside without`
      bars.push({ what, ...bar(p99Ms / without.p99Ms, limit) })
    }
    process.stderr.write('leases: idle verifiers\n')
    const added = 100 * (await measureIdle(server, serviceToken, 100))
    bars.push({ what: 'CPU of 100 idle verifiers, of a core', ...bar(added, 5, '%') })
    process.stderr.write('leases: revocations beside a stopped verifier\n')
    const { firstMs, secondMs } = await measureStopped(server, serviceToken)
    bars.push({ what: 'revocation beside a stopped verifier', ...bar(firstMs, 2500, 'ms') })
    const again = secondMs / without.p99Ms
    bars.push({ what: 'the next one, beside the p99 without', ...bar(again, 1.5) })
  } finally {
    await server.stop()
  }
  return bars.map(describe).join('\n')
}

function bar(measured: number, limit: number, unit = '×'): Omit<Bar, 'what'> {
  return { measured, limit, unit }
}

function describe({ what, measured, limit, unit, isLeast = false }: Bar): string {
  const verdict = (isLeast ? measured >= limit : measured <= limit) ? 'holds' : 'FALLS SHORT'
  const bound = `${isLeast ? 'at least' : 'at most'} ${limit} ${unit}`
  return `- ${verdict}: ${what}: ${measured.toFixed(2)} ${unit} (${bound})`
}

/** By turns, since the machine is not as fast at one time as at another. */
async function measureGuarded({ seconds, secretsPath }: LeaseBenchOptions): Promise<Bar> {
  process.stderr.write('leases: a guarded route\n')
  const server = await startServer(join(import.meta.dirname, 'guarded-server.ts'), {})
  const throughputOf = async (path: string) => {
    const { requestsPerSecond } = await measure(server, {
      path,
      headers: { Authorization: `Bearer nas_${'0'.repeat(32)}` },
      secretsPath,
      draw: 'zipf',
      connections: 32,
      pipelining: 1,
      warmupSeconds: 1,
      seconds: seconds / GUARDED_TURNS,
    })
    return requestsPerSecond
  }
  try {
    const shares: number[] = []
    for (let turn = 0; turn < GUARDED_TURNS; turn++) {
      const open = await throughputOf('/open')
      shares.push((await throughputOf('/guarded')) / open)
    }
    shares.sort((one, other) => one - other)
    const measured = shares[Math.floor(GUARDED_TURNS / 2)] ?? Number.NaN
    const what = 'throughput of a guarded Fastify route, beside the same unguarded'
    return { what, measured, limit: 0.85, unit: '×', isLeast: true }
  } finally {
    await server.stop()
  }
}

async function measureBare(options: LeaseBenchOptions): Promise<Measurement> {
  const server = await startServer(join(import.meta.dirname, '../bare-server.ts'), {})
  try {
    return await measure(server, {
      path: '/api/auth/verify',
      headers: { Authorization: `Bearer ${options.serviceToken}` },
      secretsPath: options.secretsPath,
      draw: 'zipf',
      connections: 32,
      pipelining: 1,
      warmupSeconds: 2,
      seconds: options.seconds,
    })
  } finally {
    await server.stop()
  }
}

function judgeIn(keys: number, seconds: number): JudgeReport {
  const script = join(import.meta.dirname, 'judge-process.ts')
  const command = [process.execPath, script, `${keys}`, `${seconds}`]
  const [name = '', ...args] = pinned(MEASURED_CORE, command)
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`judging ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as JudgeReport
}
