import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import { OWNER_ONLY, prepareUsageFile, usagePath } from './sqlite-usage.ts'

// A writer from another process (a command, a backup) holds the file for moments only. SQLite would
// wait for it by blocking the thread; so it waits hardly at all, and we try again without blocking.
const BLOCKING_MS = 5
const RETRY_MS = 10
const PATIENCE_MS = 5000

// Address space, not memory.
const MAPPED_BYTES = 2 ** 36

/** Kysely's dialect, with transactions that can neither deadlock nor leave half a migration. */
class ServiceSqliteDialect extends SqliteDialect {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    super({ database })
    this.#database = database
  }

  override createAdapter() {
    return new TransactionalDdlAdapter()
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.#database })
  }
}

class TransactionalDdlAdapter extends SqliteAdapter {
  // SQLite rolls schema changes back like any other; Kysely's default is more cautious.
  override get supportsTransactionalDdl() {
    return true
  }
}

class ImmediateDriver extends SqliteDriver {
  // A plain BEGIN takes the write lock at the first write, when waiting for it is no longer
  // possible if another process wrote since: it would fail with SQLITE_BUSY_SNAPSHOT.
  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection())
  }

  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Tries again while another process is writing. A statement that met a busy file has done nothing. */
function patient(connection: DatabaseConnection): DatabaseConnection {
  return {
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    async executeQuery<R>(query: CompiledQuery<unknown>): Promise<QueryResult<R>> {
      const deadline = Date.now() + PATIENCE_MS
      for (;;)
        try {
          return await connection.executeQuery<R>(query)
        } catch (error) {
          if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > deadline)
            throw error
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
    },
  }
}

/**
 * Opens the two connections to a SQLite file: one that writes, and one for reads that must see
 * committed rows alone (on the writing one, an open transaction's rows would show).
 *
 * @throws {SqliteError} `SQLITE_CANTOPEN` and the like; Node's EACCES for the folder
 */
export function openSqlite(path: string): {
  writing: SqliteDialect
  reading: SqliteDialect
  reader: Sqlite.Database
  close(): void
} {
  mkdirSync(dirname(path), { recursive: true })
  const isNew = !existsSync(path)
  const writer = new Sqlite(path, { timeout: BLOCKING_MS })
  if (isNew) chmodSync(path, OWNER_ONLY)
  writer.pragma('journal_mode = WAL')
  writer.pragma('synchronous = FULL') // what was acknowledged survives a power loss
  writer.pragma('foreign_keys = ON')
  writer.pragma('temp_store = MEMORY')
  prepareUsageFile(usagePath(path))
  const reader = new Sqlite(path, { timeout: PATIENCE_MS, readonly: true })
  // Attached to the reading connection alone: a transaction locks all files of its connection.
  reader.prepare('attach ? as usage').run(usagePath(path))
  reader.pragma('query_only = ON')
  // Pages are read where the system has them: with a million keys a lookup is otherwise five reads.
  reader.pragma(`mmap_size = ${MAPPED_BYTES}`)
  return {
    writing: new ServiceSqliteDialect(writer),
    reading: new ServiceSqliteDialect(reader),
    reader,
    close() {
      reader.close()
      writer.close()
    },
  }
}

/**
 * Takes the SQLite file at `path` for this process, by an exclusive transaction on a small file
 * beside it: the system itself gives the lock back when the process ends, however it ends.
 *
 * @returns the function that gives it back, or undefined when another process has it
 */
export function ownSqliteFile(path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true })
  // One file has one lock, by whatever link it is reached.
  const lock = new Sqlite(`${existsSync(path) ? realpathSync(path) : path}.lock`, { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined
    throw error
  }
}
