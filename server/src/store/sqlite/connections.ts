import Sqlite from 'better-sqlite3'
import { setPragmas, setUp } from './pragmas.ts'
import { identityOf, sqliteFiles, type SqliteFiles } from './watched-files.ts'
import { usagePath } from './usage/usage-tables.ts'
import { sqliteWriter, type SqliteWriter } from './writer.ts'

// A writer of another process is waited for without blocking the thread.
const BLOCKING_MS = 5
const PATIENCE_MS = 5000

/** Opens the one connection that writes the file, in this thread. */
export function openSqliteWriter(path: string): SqliteWriter {
  const database = new Sqlite(path, { timeout: BLOCKING_MS })
  setPragmas(database)
  setUp(database, 'writer')
  const files = watchedFiles(database, path)
  return sqliteWriter(database, () => {
    const fault = files.look()
    if (fault) throw fault
  })
}

/**
 * Opens a connection for reads that must see committed rows alone: on the writing one, an open
 * transaction's rows would show.
 */
export function openSqliteReader(path: string): Sqlite.Database {
  const reader = new Sqlite(path, { timeout: PATIENCE_MS, readonly: true })
  // Attached to the reading connection alone: a transaction locks all files of its connection.
  reader.prepare('attach ? as usage').run(usagePath(path))
  setUp(reader, 'reader')
  return reader
}

/** Watches the files that a connection has open. */
export function watchedFiles(connection: Sqlite.Database, path: string): SqliteFiles {
  connection.prepare('select count(*) from main.sqlite_master').get() // opens all of them
  return sqliteFiles(path)
}

/** Lets a reader see the file of usage that is there now, if another took its place. */
export function usageFollower(reader: Sqlite.Database, path: string): () => void {
  let attached = identityOf(usagePath(path))
  return () => {
    const present = identityOf(usagePath(path))
    if (present === undefined || present === attached) return
    try {
      if (isAttached(reader)) reader.exec('detach usage')
      reader.prepare('attach ? as usage').run(usagePath(path))
      attached = present
    } catch {
      // It is being read, or made: the next look will do.
    }
  }
}

function isAttached(reader: Sqlite.Database): boolean {
  return (
    reader.prepare("select 1 from pragma_database_list where name = 'usage'").get() !== undefined
  )
}
