import {
  createDatabase,
  startPostgres,
  type Postgres,
} from '../../../testkit/processes/postgres.ts'
import type { Settings } from '../../../testkit/processes/child.ts'
import { startService } from '../../../testkit/processes/service.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import type { Fault, Subject } from './fault.ts'
import { startProxy } from '../../../testkit/processes/proxy.ts'

const settings: Settings = {
  AUTH_SECRET: 'a-secret-for-services-among-faults',
  BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
  RATE_LIMIT_PER_MINUTE: '1000000',
  LOG_LEVEL: 'warn',
}

/** A PostgreSQL server of the campaign's own, because all that is on it suffers with it. */
export function ownPostgres() {
  let started: Promise<Postgres> | undefined
  let databases = 0
  return {
    async newDatabase(): Promise<{ server: Postgres; databaseUrl: string }> {
      started ??= startPostgres()
      const server = await started
      const databaseUrl = await createDatabase(server.url, `faults_${databases++}`, 'template0')
      return { server, databaseUrl }
    },
    async stop() {
      await (await started)?.stop()
    },
  }
}

export type OwnPostgres = ReturnType<typeof ownPostgres>

/** Runs the service where the fault can reach it, and hands it to `work`; nothing is left of it. */
export async function withSubject(
  fault: Fault,
  postgres: OwnPostgres,
  workers: number,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const env = { ...settings, WORKERS: `${workers}` }
  return fault.database === 'sqlite'
    ? onSqlite(fault, env, work)
    : onPostgres(env, await postgres.newDatabase(), work)
}

async function onSqlite(
  fault: Fault,
  env: Settings,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const folder = fault.prepareFolder?.()
  try {
    if (folder) env['DATABASE_URL'] = `file:${folder.path}/keys.db`
    const service = await startService(env)
    try {
      await work({ service, folder: folder?.path ?? service.dir } as Subject)
    } finally {
      await service.remove()
    }
  } finally {
    folder?.remove()
  }
}

async function onPostgres(
  env: Settings,
  { server, databaseUrl }: { server: Postgres; databaseUrl: string },
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const proxy = await startProxy(Number(new URL(databaseUrl).port))
  const proxied = new URL(databaseUrl)
  proxied.port = `${proxy.port}`
  try {
    const service = await startService({ ...env, DATABASE_URL: proxied.href })
    try {
      await work({ service, folder: service.dir, server, databaseUrl, proxy })
    } finally {
      await service.remove()
    }
  } finally {
    await proxy.stop()
  }
}
