import type { MessagePort } from 'node:worker_threads'
import type { Compilable, Kysely } from 'kysely'
import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { Database, Db } from '../schema/database.ts'
import type { DialectName } from '../schema/dialect.ts'
import type { Browsing } from './browsing.ts'

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
  /** Whether threads of their own write the files, so that this one never waits for a disk. */
  hasThreads: boolean
  /** Compiles and prepares a query for one row, whose parameters are all given when it is asked. */
  pointRead<Row>(name: string, query: (db: Db) => Compilable<Row>): PointRead<Row>
  /** The same by a secret's hash, of which many may be asked for at once. */
  readByHash<Row>(name: string, queries: HashQueries<Row>): ReadByHash<Row>
  readsTogether: ReadsTogether
  /** The current fault of the database files, if any; PostgreSQL never has one. */
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

/**
 * A query for one row, compiled and prepared once. The row is what is committed at the moment of
 * asking; SQLite gives it within the call.
 */
export type PointRead<Row> = (...parameters: unknown[]) => MaybePromise<Row | undefined>

/**
 * Runs several reads as one, where that is cheaper. They must all be made within the call: what is
 * read has been committed at the first of them.
 */
export type ReadsTogether = <T>(reads: () => T) => T

/** The row of a secret's hash, as it is committed at the moment of asking or later. */
export type ReadByHash<Row> = (hash: Buffer) => MaybePromise<Row | undefined>

/** Ports through which a serving thread reaches the threads of a SQLite file. */
export type SqlitePorts = { writer: MessagePort; reader: MessagePort }

export type OpenOptions =
  /** The service owns its SQLite file; with `inThreads` it never waits for a disk or a list itself. */
  | { as: 'service'; inThreads?: boolean }
  /** Another serving thread of a service that has the file already. */
  | { as: 'worker'; ports: SqlitePorts | undefined }
  /** A command works beside the service; with `mustExist` it makes no database. */
  | { as: 'command'; mustExist?: boolean }
