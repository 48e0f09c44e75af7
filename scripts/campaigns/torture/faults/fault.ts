import type { Postgres } from '../../../testkit/processes/postgres.ts'
import type { Service } from '../../../testkit/processes/service.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Proxy } from '../../../testkit/processes/proxy.ts'

/** The effect of a fault on calls: all of them fail, none, or some. */
export type Effect = 'fails' | 'works' | 'either'

/** Something that breaks around a running service. */
export type Fault = {
  name: string
  database: 'sqlite' | 'postgres'
  /** Why it cannot be done on this machine, if so. */
  impossible?(): string | undefined
  /** Where the file of keys is to be, if not beside everything else. */
  prepareFolder?(): { path: string; remove(): void }
  inject(subject: Subject, random: Random): Promise<Injected>
}

export type Injected = {
  verifications: Effect
  changes: Effect
  /** Reads that show usage; as verifications, if not given. */
  lists?: Effect
  /** The answer of /readyz once the fault has settled. */
  readyz: 200 | 503 | 'either'
  /** The process may end: no answer is a no. */
  mayEnd?: boolean
  /** Repairs it; undefined where only the operator can, with a backup and a restart. */
  heal?(): Promise<void>
  /** How long after that some calls may fail still. */
  recoversWithinMs?: number
  /** Whether a start after it has to go well; `refused` ends with one line. */
  restart: 'works' | 'refused' | 'either'
}

export type Subject = {
  service: Service
  /** The folder with the file of keys. */
  folder: string
  /** On PostgreSQL alone. */
  server: Postgres
  databaseUrl: string
  proxy: Proxy
}
