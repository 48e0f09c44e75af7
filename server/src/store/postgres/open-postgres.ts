import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { traceQueries } from '../interface/trace-queries.ts'
import { browsingOf } from '../interface/browsing.ts'
import type { OpenDatabase } from '../interface/open-database.ts'
import type { Database } from '../schema/database.ts'
import { postgresPointRead } from './point-read.ts'
import { forBrowsing, connectionsOf, openPool, type PoolLimits } from './pool.ts'
import { postgresReadByHash } from './read-by-hash.ts'
import { IsoTimestampsPlugin } from './timestamps.ts'

export function openDialect(
  url: string,
  limits?: PoolLimits,
): { dialect: PostgresDialect; pool: pg.Pool } {
  const pool = openPool(url, limits)
  return { dialect: new PostgresDialect({ pool: connectionsOf(pool) }), pool }
}

/** Opens a pool on the primary, and a small one for long reads. */
export function openPostgres(url: string): OpenDatabase {
  const { dialect, pool } = openDialect(url)
  const peopleDb = new Kysely<Database>({ dialect, ...traceQueries('postgresql') })
  const db = peopleDb.withPlugin(new IsoTimestampsPlugin())
  const browsed = new Kysely<Database>({
    dialect: openDialect(url, forBrowsing).dialect,
    plugins: [new IsoTimestampsPlugin()],
    ...traceQueries('postgresql'),
  })
  return {
    dialect: 'postgres',
    db,
    committed: db,
    browsing: browsingOf(browsed),
    peopleDb,
    usagePath: undefined,
    hasThreads: false,
    readsTogether: (reads) => reads(),
    pool: () => ({
      idle: pool.idleCount,
      busy: pool.totalCount - pool.idleCount,
      waiting: pool.waitingCount,
    }),
    connectThreads: () => undefined,
    look: () => undefined,
    takeDoubt: () => false,
    pointRead: (name, query) => postgresPointRead(pool, query(db).compile(), name),
    readByHash: (name, { many }) => postgresReadByHash(pool, many(db).compile(), name),
    async close() {
      await browsed.destroy()
      await peopleDb.destroy()
    },
  }
}
