// `npm run bench`: what a verification costs beside a bare Fastify route, side by side in one run.
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checksum } from '../../../shared/src/keys/key-format.ts'
import type { Draw } from './keys.ts'
import { benchLeases } from './leases/bench-leases.ts'
import { measure, type Measurement } from './measure.ts'
import { benchPostgres } from './postgres.ts'
import { judge, table, type Row } from './report.ts'
import { seededDatabase } from './seed.ts'
import { startServer } from './server-process.ts'

const { values } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    // Measures PostgreSQL beside SQLite instead.
    postgres: { type: 'boolean', default: false },
    // Measures verdicts by a lease instead of those over the network.
    leases: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    folder: { type: 'string', default: join(tmpdir(), 'zentrix-bench') },
    // A pattern for the names of what is to be measured; everything unless told.
    only: { type: 'string', default: '' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

const root = join(import.meta.dirname, '../../..')
const serviceToken = 'nassvc_' + '0'.repeat(26)
const token = serviceToken + checksum(serviceToken)

const SERVER_CORE = 0
const LOAD_CORE = 1
const PIPELINING = 16
const READ_BYTES = 2 ** 20
const WARM_UP_SECONDS = 3

type Subject = {
  name: string
  draw: Draw
  script: string
  env: Record<string, string>
  secretsPath: string
  secretLength?: number
  /** A process meets the pages of a large file for the first time only once. */
  extraWarmUpSeconds?: number
  /** A file that the system has in memory, as it has after some hours of service. */
  residentFile?: string
  /** Whether server and load share all cores, the load sending many requests together. */
  onAllCores?: boolean
}

async function ours(name: string, count: number, draw: Draw): Promise<Subject> {
  const { databaseUrl, path, secretsPath } = await seededDatabase(values.folder, count)
  const env = { DATABASE_URL: databaseUrl, BOOTSTRAP_SERVICE_TOKEN: token, NODE_ENV: 'production' }
  return {
    name,
    draw,
    script: join(root, 'server/src/boot/main.ts'),
    env: {
      ...env,
      AUTH_SECRET: 'a-secret-for-the-benchmark-only-0123456789',
      NODE_OPTIONS: '--max-semi-space-size=8', // as `npm start` has it
    },
    secretsPath,
    residentFile: path,
    extraWarmUpSeconds: Math.floor(count / 1_000_000),
  }
}

async function subjects(work: string): Promise<Subject[]> {
  const small = await ours('ours, 1 thousand keys', 1000, 'zipf')
  const million = await ours('ours, 1 million keys', 1_000_000, 'zipf')
  const bare: Subject = {
    name: 'bare Fastify route',
    draw: 'zipf',
    script: join(import.meta.dirname, 'bare-server.ts'),
    env: {},
    secretsPath: million.secretsPath,
  }
  const betterAuthSecrets = join(work, 'better-auth-secrets')
  const betterAuth: Subject = {
    name: 'better-auth API keys, 1 thousand',
    draw: 'uniform',
    script: join(import.meta.dirname, 'better-auth-server.ts'),
    env: { DATABASE_PATH: join(work, 'better-auth.db'), SECRETS_PATH: betterAuthSecrets },
    secretsPath: betterAuthSecrets,
    secretLength: 64,
  }
  const large = values.large ? [await ours('ours, 10 million keys', 10_000_000, 'zipf')] : []
  return [
    bare,
    small,
    million,
    ...large,
    { ...million, name: 'ours, 1 million keys, uniform', draw: 'uniform' },
    betterAuth,
    ...[1, 2].map((workers) => ({
      ...million,
      name: `WORKERS=${workers}, all cores`,
      env: { ...million.env, WORKERS: `${workers}` },
      onAllCores: true,
    })),
  ]
}

async function runOnce({ script, env, ...subject }: Subject, work: string): Promise<Measurement> {
  rmSync(join(work, 'better-auth.db'), { force: true })
  const { onAllCores = false, extraWarmUpSeconds = 0, residentFile } = subject
  if (residentFile !== undefined) await readThrough(residentFile)
  const server = await startServer(script, env, onAllCores ? null : SERVER_CORE)
  try {
    const { secretsPath, draw, secretLength } = subject
    const plan = {
      path: '/api/auth/verify',
      headers: { Authorization: `Bearer ${token}` },
      secretsPath,
      ...(secretLength !== undefined && {
        secretLength: statSync(secretsPath).size / 1000 || secretLength,
      }),
      draw,
      connections: 32,
      pipelining: onAllCores ? PIPELINING : 1,
      warmupSeconds: WARM_UP_SECONDS + extraWarmUpSeconds,
      seconds,
    }
    const measurement = await measure(server, plan, onAllCores ? null : LOAD_CORE)
    if (measurement.accepted < measurement.requests * 0.999)
      throw new Error(
        `${subject.name}: only ${measurement.accepted} of ${measurement.requests} accepted`,
      )
    return measurement
  } finally {
    await server.stop()
  }
}

/** Has the system read a file into its memory, from where some systems drop what is not used. */
async function readThrough(path: string): Promise<void> {
  for await (const _ of createReadStream(path, { highWaterMark: READ_BYTES }));
}

async function benchPromises(work: string): Promise<string> {
  const all = (await subjects(work)).filter(({ name }) => new RegExp(values.only).test(name))
  const results = new Map<string, Measurement[]>(all.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++)
    for (const subject of all) {
      process.stderr.write(`round ${round} of ${rounds}: ${subject.name}\n`)
      results.get(subject.name)!.push(await runOnce(subject, work))
    }
  const rows: Row[] = [...results].map(([name, measurements]) => ({ name, measurements }))
  return [table(rows), '', judge(rows)].join('\n')
}

/** On an empty database: what is measured depends on copies, and on changes of single keys. */
async function measureLeases(work: string): Promise<string> {
  const { env, script, secretsPath } = await ours('ours', 1000, 'zipf')
  const DATABASE_URL = `file:${join(work, 'leases.db')}`
  const options = { seconds, serviceToken: token, serviceScript: script, secretsPath }
  return benchLeases({ ...options, env: { ...env, DATABASE_URL } })
}

async function measured(work: string): Promise<string> {
  if (values.leases) return measureLeases(work)
  if (!values.postgres) return benchPromises(work)
  const { folder } = values
  return benchPostgres({
    rounds,
    seconds,
    folder,
    serviceToken: token,
    only: new RegExp(values.only),
  })
}

const work = mkdtempSync(join(tmpdir(), 'zentrix-bench-run-'))
try {
  const figures = await measured(work)
  const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} cores, Node ${process.version}`
  const text = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}; medians of ${rounds} rounds.`,
    '',
    figures,
  ].join('\n')
  const kind = values.leases ? '-leases' : values.postgres ? '-postgres' : ''
  const file = `data/bench${kind}.md`
  mkdirSync(join(root, 'data'), { recursive: true })
  writeFileSync(join(root, file), `${text}\n`)
  process.stdout.write(`${text}\n\nWritten to ${file}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
