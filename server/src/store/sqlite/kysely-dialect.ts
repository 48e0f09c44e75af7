import type Sqlite from 'better-sqlite3'
import {
  SqliteAdapter,
  SqliteDialect,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  type SqliteDatabase,
} from 'kysely'
import type { SqliteFiles } from './watched-files.ts'
import type { SqliteWriter } from './writer.ts'

/** Kysely on a connection for reads, for as long as the files may be believed. */
export function readingDialect(reader: Sqlite.Database, files: SqliteFiles): Dialect {
  const doubting = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw files.doubted(error)
    }
  }
  const database: SqliteDatabase = {
    prepare(sql: string) {
      const fault = files.fault()
      if (fault) throw fault
      return doubting(() => {
        const statement = reader.prepare(sql)
        return {
          reader: statement.reader,
          all: (parameters: unknown[]) => doubting(() => statement.all(parameters)),
          run: (parameters: unknown[]) => doubting(() => statement.run(parameters)),
          iterate: (parameters: unknown[]) => statement.iterate(parameters),
        }
      })
    },
    close: () => reader.close(),
  }
  return new SqliteDialect({ database })
}

/** Kysely on a connection that gives turns, in this thread or another. */
export function turnTakingDialect(writer: SqliteWriter): Dialect {
  return {
    createAdapter: () => new TurnTakingAdapter(),
    createDriver: () => new TurnTakingDriver(writer),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class TurnTakingAdapter extends SqliteAdapter {
  // SQLite rolls schema changes back like any other; Kysely's default is more cautious.
  override get supportsTransactionalDdl() {
    return true
  }

  // Each is a ticket on the one that there is.
  override get supportsMultipleConnections() {
    return true
  }
}

class Ticket implements DatabaseConnection {
  static #count = 0
  readonly number = Ticket.#count++
  readonly #writer: SqliteWriter

  constructor(writer: SqliteWriter) {
    this.#writer = writer
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery<unknown>): Promise<QueryResult<R>> {
    const { rows, changes, insertId } = await this.#writer.run(this.number, sql, parameters)
    return {
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(insertId !== undefined && { insertId: BigInt(insertId) }),
    }
  }

  // oxlint-disable-next-line require-yield -- nothing here streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('A writing connection does not stream')
  }
}

/** Kysely hands back what `acquireConnection` gave. */
function numberOf(connection: DatabaseConnection): number {
  if (connection instanceof Ticket) return connection.number
  throw new Error('This connection is not one of ours')
}

class TurnTakingDriver implements Driver {
  readonly #writer: SqliteWriter

  constructor(writer: SqliteWriter) {
    this.#writer = writer
  }

  async init() {}

  async acquireConnection() {
    return new Ticket(this.#writer)
  }

  async releaseConnection() {}

  beginTransaction(ticket: DatabaseConnection) {
    return this.#writer.begin(numberOf(ticket))
  }

  commitTransaction(ticket: DatabaseConnection) {
    return this.#writer.commit(numberOf(ticket))
  }

  rollbackTransaction(ticket: DatabaseConnection) {
    return this.#writer.rollback(numberOf(ticket))
  }

  destroy() {
    return this.#writer.close()
  }
}
