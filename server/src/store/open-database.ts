import { statSync } from 'node:fs'
import { Kysely, sql, type Compilable } from 'kysely'
import { Migrator } from 'kysely/migration'
import { browsingOf, type Browsing } from './interface/browsing.ts'
import type { Database, Db } from './schema/database.ts'
import type { DialectName } from './schema/dialect.ts'
import { IsoTimestampsPlugin, openPostgres } from './postgres/timestamps.ts'
import { forBrowsing, forMigrations } from './postgres/pool.ts'
import { ownSchema } from './postgres/own-schema.ts'
import {
  postgresPointRead,
  sqlitePointRead,
  sqliteReadsTogether,
  type PointRead,
  type ReadsTogether,
} from './sqlite/point-read.ts'
import { postgresReadByHash, sqliteReadByHash, type ReadByHash } from './postgres/read-by-hash.ts'
import { reachThreads, startThreads, writeHere, type OpenThreads } from './sqlite/open-threads.ts'
import { remoteSqliteReader } from './sqlite/remote-reader.ts'
import {
  hasTable,
  openSqliteReader,
  ownSqliteFile,
  prepareSqliteFiles,
  usageFollower,
  watchedFiles,
} from './sqlite/connections.ts'
import { leasingDialect, readingDialect } from './sqlite/kysely-dialect.ts'
import { keepLooking } from './sqlite/watched-files.ts'
import { notingWriter } from './sqlite/writer.ts'
import { usagePath } from './sqlite/usage-file.ts'
import type { SqlitePorts } from './sqlite/threads.ts'
import { migrations } from './migrations/list.ts'

/** A database that cannot be used as it is. `main` prints its message, one line, and exits with 1. */
export class DatabaseError extends Error {}

export type OpenDatabase = {
  dialect: DialectName
  /** Reads and writes. */
  db: Db
  /** Reads committed rows alone, never those of a transaction still open. */
  committed: Db
  /** Reads committed rows as well, where that may take long. */
  browsing: Browsing
  /** The same database for better-auth, which wants times as its driver gives them. */
  peopleDb: Kysely<Database>
  /** The file that usage is written to on SQLite; undefined where it is in the database itself. */
  usagePath: string | undefined
  /** Compiles and prepares a query for one row, whose parameters are all given when it is asked. */
  pointRead<Row>(name: string, query: (db: Db) => Compilable<Row>): PointRead<Row>
  /** The same by a secret's hash, of which many may be asked for at once. */
  readByHash<Row>(name: string, queries: HashQueries<Row>): ReadByHash<Row>
  readsTogether: ReadsTogether
  /** What is wrong with the files of the database, as they are now; only SQLite has any. */
  look(): Error | undefined
  /** Whether a read has met damage in a file since the last call. */
  takeDoubt(): boolean
  /** Connections by state, for metrics. */
  pool(): Record<string, number>
  /** Ports to the threads of a SQLite file, for another serving thread; none where it needs none. */
  connectThreads(): SqlitePorts | undefined
  close(): Promise<void>
}

/** Queries whose parameters are the head of a hash and the hash, or lists of both. */
export type HashQueries<Row> = {
  one(db: Db): Compilable<Row>
  many(db: Db): Compilable<Row & { hash: Buffer }>
}

type OpenOptions =
  /** The service owns its SQLite file; with `inThreads` it never waits for a disk or a list itself. */
  | { as: 'service'; inThreads?: boolean }
  /** Another serving thread of a service that has the file already. */
  | { as: 'worker'; ports: SqlitePorts | undefined }
  /** A command works beside the service; with `mustExist` it makes no database. */
  | { as: 'command'; mustExist?: boolean }

/**
 * Opens the database and brings its schema up to date.
 *
 * @param url `file:/absolute/path` or `postgres://…`
 * @throws {DatabaseError} when there is none and one must exist, when another service owns the
 *   file, when a newer version made the schema, when the file or its folder cannot be written, or when PostgreSQL cannot be reached
 */
export async function openDatabase(url: string, options: OpenOptions): Promise<OpenDatabase> {
  const path = url.startsWith('file:') ? url.slice('file:'.length) : undefined
  const mustExist = options.as === 'command' && options.mustExist === true
  if (mustExist && path !== undefined) assertOurFile(path)
  const database = path === undefined ? openServer(url) : openFile(path, options)
  try {
    if (options.as === 'worker') return database
    if (path === undefined) await migrateServer(url, mustExist)
    else if (options.as === 'command') await migrateUnlessOwned(database, path)
    else await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function openFile(path: string, options: OpenOptions): OpenDatabase {
  try {
    const release = options.as === 'service' ? ownSqliteFile(path) : () => undefined
    if (!release)
      throw new DatabaseError(`Another service is running on ${path}: stop it, or set DATABASE_URL`)
    if (options.as !== 'worker') prepareSqliteFiles(path)
    const { writer, ports, connectThreads, closeThreads } = threadsOf(path, options)
    const reader = openSqliteReader(path)
    const files = watchedFiles(reader, path)
    const followUsage = usageFollower(reader, path)
    const stopLooking = keepLooking(() => {
      files.look()
      followUsage()
    })
    const db = new Kysely<Database>({ dialect: leasingDialect(notingWriter(writer, files)) })
    const committed = new Kysely<Database>({ dialect: readingDialect(reader, files) })
    const browsed = ports
      ? new Kysely<Database>({ dialect: leasingDialect(remoteSqliteReader(ports.reader, files)) })
      : committed
    return {
      dialect: 'sqlite',
      db,
      committed,
      browsing: browsingOf(browsed),
      peopleDb: db,
      usagePath: usagePath(path),
      readsTogether: sqliteReadsTogether(reader),
      pool: () => ({}),
      look: () => files.look(),
      takeDoubt: () => files.takeDoubt(),
      pointRead: (_, query) => sqlitePointRead(reader, files, query(committed).compile()),
      readByHash: (_, { one }) => sqliteReadByHash(reader, files, one(committed).compile()),
      connectThreads,
      async close() {
        stopLooking()
        await browsed.destroy()
        await committed.destroy()
        reader.close() // Kysely leaves open what nothing was asked of yet
        await db.destroy()
        await closeThreads()
        release()
      },
    }
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`Cannot use the database file ${path}: ${(error as Error).message}`)
  }
}

function threadsOf(path: string, options: OpenOptions): OpenThreads {
  if (options.as === 'worker') return reachThreads(options.ports!)
  return options.as === 'service' && options.inThreads ? startThreads(path) : writeHere(path)
}

function openServer(url: string): OpenDatabase {
  const { dialect, pool } = openPostgres(url)
  const peopleDb = new Kysely<Database>({ dialect })
  const db = peopleDb.withPlugin(new IsoTimestampsPlugin())
  const browsed = new Kysely<Database>({
    dialect: openPostgres(url, forBrowsing).dialect,
    plugins: [new IsoTimestampsPlugin()],
  })
  return {
    dialect: 'postgres',
    db,
    committed: db,
    browsing: browsingOf(browsed),
    peopleDb,
    usagePath: undefined,
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

/** On a connection of its own, which may take longer than requests may. */
async function migrateServer(url: string, mustExist: boolean): Promise<void> {
  const { dialect } = openPostgres(url, forMigrations)
  const db = new Kysely<Database>({ dialect })
  try {
    await migrate({ db, dialect: 'postgres' }, mustExist)
  } finally {
    await db.destroy()
  }
}

/** A command changes the schema of a SQLite file only while no service has it. */
async function migrateUnlessOwned(database: OpenDatabase, path: string): Promise<void> {
  const applied = await appliedMigrations(database.db)
  const isCurrent = Object.keys(migrations(database.dialect)).every((name) =>
    applied.includes(name),
  )
  const release = isCurrent ? () => undefined : ownSqliteFile(path)
  if (!release)
    throw new DatabaseError(`The service on ${path} is of another version, or is starting just now`)
  try {
    await migrate(database)
  } finally {
    release()
  }
}

// Opening a file would make it, and files beside it.
function assertOurFile(path: string): void {
  const none = new DatabaseError(
    `There is no database at ${path}: start the service once, or check DATABASE_URL`,
  )
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) throw none
  try {
    if (hasTable(path, 'kysely_migration')) return
  } catch (error) {
    throw new DatabaseError(`Cannot use the database file ${path}: ${(error as Error).message}`)
  }
  throw none
}

/**
 * Brings a schema up to date.
 *
 * @throws {DatabaseError} when a newer version made it, or when there is none and one must exist
 */
export async function migrate(
  { db, dialect }: Pick<OpenDatabase, 'db' | 'dialect'>,
  mustExist = false,
): Promise<void> {
  const known = migrations(dialect)
  try {
    const schema = dialect === 'postgres' ? await ownSchema(db) : undefined
    const provider = { getMigrations: async () => known }
    const migrator = new Migrator({
      db,
      provider,
      ...(schema !== undefined && { migrationTableSchema: schema }),
    })
    const applied = await appliedMigrations(db, schema)
    if (mustExist && applied.length === 0)
      throw new DatabaseError(
        'There are no tables of this service in the PostgreSQL database: start the service once, or check DATABASE_URL',
      )
    const newer = applied.find((name) => !(name in known))
    if (newer !== undefined)
      throw new DatabaseError(
        `The database was made by a newer version of this service (it has migration ${newer})`,
      )
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`Cannot prepare the database: ${(error as Error).message}`)
  }
}

async function appliedMigrations(db: Kysely<Database>, schema?: string): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const isOurs = (table: { name: string; schema?: string }) =>
    table.name === 'kysely_migration' && (schema === undefined || table.schema === schema)
  if (!tables.some(isOurs)) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map((row) => row.name)
}
