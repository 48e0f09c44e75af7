// `npm run bench -- --postgres`: what a verification costs on PostgreSQL, with one connection and
// with many, with Redis, and on several nodes, beside SQLite.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, startPostgres } from '../../testkit/processes/postgres.ts'
import { isRedisMissing, startRedis } from '../../testkit/processes/redis.ts'
import { measure, type Measurement } from './measure.ts'
import { table, type Row } from './report.ts'
import { seedPostgres, transactionsOf } from './seed-postgres.ts'
import { seededDatabase } from './seed.ts'
import { startServer } from './server-process.ts'

const KEYS = 100_000
const SERVICE = join(import.meta.dirname, '../../../server/src/boot/main.ts')
const PLAIN = join(import.meta.dirname, 'select-server.ts')
const WARM_UP_SECONDS = 2
// One for the keys, and one for the service token.
const STATEMENTS_A_QUESTION = 2

export type PostgresBench = {
  rounds: number
  seconds: number
  /** Where databases with keys are kept for later runs. */
  folder: string
  serviceToken: string
  /** A pattern for the names of what is to be measured. */
  only: RegExp
}

type Subject = {
  name: string
  env: Record<string, string>
  secretsPath: string
  connections: number
  nodes: number
  script?: string
}

/** Measures, and gives the medians as Markdown. */
export async function benchPostgres(bench: PostgresBench): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'zentrix-bench-postgres-'))
  const postgres = await startPostgres()
  const redis = isRedisMissing() ? undefined : await startRedis()
  try {
    const secretsPath = join(work, 'secrets')
    const databaseUrl = await createDatabase(postgres.url, 'bench', 'template0')
    await seedPostgres(databaseUrl, secretsPath, KEYS)
    const sqlite = await seededDatabase(bench.folder, KEYS)
    const one = { env: { DATABASE_URL: databaseUrl }, secretsPath, connections: 64, nodes: 1 }
    const all: Subject[] = [
      {
        ...one,
        ...sqlite,
        name: 'SQLite, 64 connections',
        env: { DATABASE_URL: sqlite.databaseUrl },
      },
      { ...one, name: 'a plain SELECT, 1 connection', connections: 1, script: PLAIN },
      { ...one, name: 'a plain SELECT, 64 connections', script: PLAIN },
      { ...one, name: 'PostgreSQL, 1 connection', connections: 1 },
      { ...one, name: 'PostgreSQL, 8 connections', connections: 8 },
      { ...one, name: 'PostgreSQL, 64 connections' },
      ...(redis
        ? [{ ...one, name: 'the same with Redis', env: { ...one.env, REDIS_URL: redis.url } }]
        : []),
      { ...one, name: 'three nodes, 64 connections each', nodes: 3 },
    ]
    const subjects = all.filter(({ name }) => bench.only.test(name))
    const rows: Row[] = subjects.map(({ name }) => ({ name, measurements: [] }))
    const batchSizes: number[][] = subjects.map(() => [])
    for (let round = 1; round <= bench.rounds; round++)
      for (const [at, subject] of subjects.entries()) {
        process.stderr.write(`round ${round} of ${bench.rounds}: ${subject.name}\n`)
        const before = await transactionsOf(databaseUrl)
        const measurement = await runOnce(subject, bench)
        const questions = ((await transactionsOf(databaseUrl)) - before) / STATEMENTS_A_QUESTION
        const asked = measurement.requests * (1 + WARM_UP_SECONDS / bench.seconds)
        rows[at]!.measurements.push(measurement)
        batchSizes[at]!.push(asked / questions)
      }
    const batches = subjects
      .filter(({ env, script }) => env['DATABASE_URL'] === databaseUrl && script === undefined)
      .map(({ name }) => {
        const sizes = batchSizes[subjects.findIndex((subject) => subject.name === name)]!
        return `- ${name}: ${median(sizes).toFixed(1)} verifications together, about`
      })
    return [table(rows), '', ...batches].join('\n')
  } finally {
    await redis?.stop()
    await postgres.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

async function runOnce(subject: Subject, bench: PostgresBench): Promise<Measurement> {
  const env = {
    ...subject.env,
    BOOTSTRAP_SERVICE_TOKEN: bench.serviceToken,
    AUTH_SECRET: 'a-secret-for-the-benchmark-only-0123456789',
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
  }
  const servers = []
  try {
    for (let node = 0; node < subject.nodes; node++)
      servers.push(await startServer(subject.script ?? SERVICE, env, null))
    const plan = {
      path: '/api/auth/verify',
      headers: { Authorization: `Bearer ${bench.serviceToken}` },
      secretsPath: subject.secretsPath,
      draw: 'zipf' as const,
      connections: subject.connections,
      warmupSeconds: WARM_UP_SECONDS,
      seconds: bench.seconds,
    }
    const each = await Promise.all(servers.map((server) => measure(server, plan, null)))
    return asOne(subject.name, each)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Nodes that were loaded at the same time, as one. */
function asOne(name: string, each: Measurement[]): Measurement {
  const sum = (figure: (of: Measurement) => number) =>
    each.reduce((total, measurement) => total + figure(measurement), 0)
  const requests = sum((of) => of.requests)
  const accepted = sum((of) => of.accepted)
  if (accepted < requests * 0.999)
    throw new Error(`${name}: only ${accepted} of ${requests} accepted`)
  return {
    ...each[0]!,
    requests,
    accepted,
    requestsPerSecond: sum((of) => of.requestsPerSecond),
    cpuUs: sum((of) => of.cpuUs * of.requests) / requests,
    mainCpuUs: sum((of) => of.mainCpuUs * of.requests) / requests,
    p50Ms: Math.max(...each.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...each.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...each.map(({ maxMs }) => maxMs)),
    memoryMb: sum((of) => of.memoryMb),
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
