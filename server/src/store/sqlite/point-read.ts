import type Sqlite from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import type { MaybePromise } from '../../lib/maybe-promise.ts'
import { withIsoTimestamps } from '../postgres/timestamps.ts'
import type { SqliteFiles } from './watched-files.ts'

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

export function sqlitePointRead<Row>(
  reader: Sqlite.Database,
  files: SqliteFiles,
  query: CompiledQuery<Row>,
): PointRead<Row> {
  const statement = reader.prepare<unknown[], Row>(query.sql)
  return (...parameters) => {
    const fault = files.fault()
    if (fault) throw fault
    try {
      return statement.get(...parameters)
    } catch (error) {
      throw files.noted(error)
    }
  }
}

/** Runs reads within one transaction, so that the file is locked for reading once for all of them. */
export function sqliteReadsTogether(reader: Sqlite.Database): ReadsTogether {
  return reader.transaction((reads: () => unknown) => reads()) as ReadsTogether
}

export function postgresPointRead<Row>(
  pool: pg.Pool,
  query: CompiledQuery<Row>,
  name: string,
): PointRead<Row> {
  return async (...parameters) => {
    const { rows } = await pool.query({ name, text: query.sql, values: parameters })
    const row = rows[0] as Record<string, unknown> | undefined
    return row && (withIsoTimestamps(row) as Row)
  }
}
