// The real service as it is deployed, started and killed again and again on one database.
import { createDatabase, dropDatabase } from '../../../testkit/processes/postgres.ts'
import { startNode, type Settings } from '../../../testkit/processes/child.ts'
import { startService, type Service } from '../../../testkit/processes/service.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import { killAfter } from './kill-after.ts'

export type Shape = { name: string; workers: number; nodes: number; isPostgres: boolean }

export const shapes: Shape[] = [
  { name: 'SQLite', workers: 1, nodes: 1, isPostgres: false },
  { name: 'PostgreSQL', workers: 1, nodes: 1, isPostgres: true },
  { name: 'SQLite, two workers', workers: 2, nodes: 1, isPostgres: false },
  { name: 'PostgreSQL, two nodes', workers: 1, nodes: 2, isPostgres: true },
]

export type Deployment = {
  shape: Shape
  /** The one that is killed. */
  victim: Service
  /** Those that go on meanwhile. */
  others: Service[]
  databaseUrl: string
  /** How long a start takes here; the longest so far. */
  startMs(): number
  /** Starts the victim again. @throws when it does not become ready */
  start(): Promise<void>
  /** Begins to start the victim, and kills it after a while, ready or not. */
  startAndKill(afterMs: number): Promise<void>
  remove(): Promise<void>
}

export const AUTH_SECRET = 'a-secret-for-services-that-are-killed'

const settings: Settings = {
  AUTH_SECRET,
  BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
  RATE_LIMIT_PER_MINUTE: '1000000',
  WIDGET_TOKEN_TTL_SECONDS: '3600',
  // Every node signs and checks widget tokens under one name.
  PUBLIC_URL: 'http://localhost:3000',
  LOG_LEVEL: 'warn',
}

export async function startDeployment(shape: Shape, postgresUrl: string): Promise<Deployment> {
  const { workers, nodes, isPostgres } = shape
  const databaseName = `crash_${workers}_${nodes}`
  const env: Settings = { ...settings, WORKERS: `${workers}` }
  if (isPostgres) env['DATABASE_URL'] = await createDatabase(postgresUrl, databaseName, 'template0')
  const services: Service[] = []
  let startMs = 0

  async function remove(): Promise<void> {
    for (const service of services) await service.remove()
    if (isPostgres) await dropDatabase(postgresUrl, databaseName)
  }

  async function timed<T>(begin: () => Promise<T>): Promise<T> {
    const beganMs = performance.now()
    const result = await begin()
    startMs = Math.max(startMs, performance.now() - beganMs)
    return result
  }

  try {
    while (services.length < nodes) services.push(await timed(() => startService(env)))
  } catch (error) {
    await remove()
    throw error
  }
  const [victim, ...others] = services as [Service, ...Service[]]
  return {
    shape,
    victim,
    others,
    databaseUrl: victim.env['DATABASE_URL']!,
    startMs: () => startMs,
    start: () => timed(() => victim.start()),
    startAndKill: async (afterMs) =>
      void (await killAfter(startNode('server/src/boot/main.ts', [], victim.env), afterMs)),
    remove,
  }
}
