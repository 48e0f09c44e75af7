import type Sqlite from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import { hashHead } from '../../crypto/hash.ts'
import type { PointRead, ReadByHash, ReadsTogether } from '../interface/open-database.ts'
import type { SqliteFiles } from './watched-files.ts'

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

export function sqliteReadByHash<Row>(
  reader: Sqlite.Database,
  files: SqliteFiles,
  query: CompiledQuery<Row>,
): ReadByHash<Row> {
  const read = sqlitePointRead(reader, files, query)
  return (hash) => read(hashHead(hash), hash)
}
