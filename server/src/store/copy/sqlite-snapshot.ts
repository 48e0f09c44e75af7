import { setImmediate as turn } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { openUsageSnapshot } from '../sqlite/usage/usage-snapshot.ts'
import { usagePath, usageTables } from '../sqlite/usage/usage-tables.ts'
import { ROWS_AT_ONCE, type Row, type Snapshot } from './snapshot.ts'
import { orderOf, type TableName } from '../schema/tables.ts'
import { present } from '../../lib/typed.ts'

const PATIENCE_MS = 5000

export type SqliteSnapshot = Snapshot & {
  /** The connection that reads the file of keys. */
  database: Sqlite.Database
}

/** The database of a service, with the usage that is in a file beside it. */
export function openServiceSnapshot(path: string): SqliteSnapshot {
  // Usage first: what is counted then is of keys that the later look at the other file finds.
  const usage = openUsageSnapshot(usagePath(path))
  return snapshotOf(pinned(path), usage)
}

/** A copy: one file that holds everything. */
export function openCopySnapshot(path: string): SqliteSnapshot {
  const database = pinned(path)
  return snapshotOf(database, database)
}

/** Holds on to the file as it is now; writers go on beside it. */
function pinned(path: string): Sqlite.Database {
  const database = new Sqlite(path, { readonly: true, timeout: PATIENCE_MS })
  database.exec('begin')
  database.prepare('select count(*) from sqlite_schema').get()
  return database
}

function snapshotOf(database: Sqlite.Database, usage: Sqlite.Database): SqliteSnapshot {
  // Usage is kept in a file of its own while the service uses it.
  const holderOf = (table: TableName) =>
    usageTables.some((name) => name === table) ? usage : database
  // The file of usage has what was only noted so far in a view of its own.
  const nameIn = (table: TableName) =>
    table === 'key_usage' && usage !== database ? 'usage_now' : table
  return {
    database,
    async columns(table) {
      const names = holderOf(table).prepare<[string], string>(
        'select name from pragma_table_info(?)',
      )
      return names.pluck().all(table)
    },
    async count(table) {
      const count = holderOf(table).prepare<[], number>(`select count(*) from ${table}`)
      return present(count.pluck().get())
    },
    async *rows(table, columns) {
      const ordering = orderOf(table)
      const statement = holderOf(table)
        .prepare<[], Row>(
          `select ${columns.join(', ')} from ${nameIn(table)}${ordering ? ` order by ${ordering}` : ''}`,
        )
        .raw()
        .safeIntegers()
      let page: Row[] = []
      for (const row of statement.iterate()) {
        if (page.push(row) < ROWS_AT_ONCE) continue
        yield page
        page = []
        await turn() // for an interruption
      }
      if (page.length > 0) yield page
    },
    async close() {
      database.close()
      usage.close()
    },
  }
}
