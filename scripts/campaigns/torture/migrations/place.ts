// Where a service is to make its database: nowhere yet, or at an earlier step of its schema.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { DialectName } from '../../../../server/src/store/schema/dialect.ts'
import { openDialect } from '../../../../server/src/store/postgres/open-postgres.ts'
import { migrations } from '../../../../server/src/store/migrations/list.ts'
import { createDatabase, dropDatabase } from '../../../testkit/processes/postgres.ts'

// Each statement that changes the schema takes so long on PostgreSQL, or no kill would hit one.
const SLOW_STATEMENT_SECONDS = 0.004

export type Place = {
  dialect: DialectName
  databaseUrl: string
  /** Whether a service has come so far as to open the database. */
  isEntered(): Promise<boolean>
  /** How many migrations are done. */
  countDone(): Promise<number>
  /** Looks at what is there, while no service is. */
  read<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T>
  remove(): Promise<void>
}

/** @param doneCount how many migrations are done beforehand */
export async function sqlitePlace(doneCount: number): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'migrations-'))
  const path = join(dir, 'keys.db')
  const open = () => {
    const database = new Sqlite(path)
    // An older version has made its tables like this.
    database.pragma('journal_mode = WAL')
    return new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  }
  const read: Place['read'] = (work) => using(open(), work)
  if (doneCount > 0) await read((db) => migrateTo(db, 'sqlite', doneCount))
  return {
    dialect: 'sqlite',
    databaseUrl: `file:${path}`,
    // The last connection that closes deletes this.
    isEntered: async () => existsSync(`${path}-wal`),
    countDone: async () => (existsSync(path) ? await read(countDone) : 0),
    read,
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** @param doneCount how many migrations are done beforehand */
export async function postgresPlace(
  serverUrl: string,
  name: string,
  doneCount: number,
): Promise<Place> {
  const databaseUrl = await createDatabase(serverUrl, name, 'template0')
  const server = new Kysely<unknown>({ dialect: openDialect(serverUrl).dialect })
  const read: Place['read'] = (work) =>
    using(new Kysely<unknown>({ dialect: openDialect(databaseUrl).dialect }), work)
  await read(async (db) => {
    if (doneCount > 0) await migrateTo(db, 'postgres', doneCount)
    await slowDown(db)
  })
  return {
    dialect: 'postgres',
    databaseUrl,
    async isEntered() {
      const { rows } = await sql`select from pg_stat_activity where datname = ${name}`.execute(
        server,
      )
      return rows.length > 0
    },
    countDone: () => read(countDone),
    read,
    async remove() {
      await server.destroy()
      await dropDatabase(serverUrl, name)
    },
  }
}

async function using<T>(
  db: Kysely<unknown>,
  work: (db: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

async function migrateTo(db: Kysely<unknown>, dialect: DialectName, count: number): Promise<void> {
  const known = migrations(dialect)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } })
  const { error } = await migrator.migrateTo(Object.keys(known)[count - 1]!)
  if (error) throw error
}

async function slowDown(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function slow_statement() returns event_trigger language plpgsql as
    ${sql.lit(`begin perform pg_sleep(${SLOW_STATEMENT_SECONDS}); end`)}`.execute(db)
  await sql`
    create event trigger slow_statement on ddl_command_end
    execute function slow_statement()`.execute(db)
}

async function countDone(db: Kysely<unknown>): Promise<number> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return 0
  const { rows } = await sql`select name from kysely_migration`.execute(db)
  return rows.length
}
