import { chmodSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { adoptCopy } from '../adopt/adopt-copy.ts'
import { toDisk } from '../../lib/fsync-path.ts'
import { assertFileUsable, ATTEMPT, setPragmas } from './settings.ts'
import { identityOf, sqliteFiles, type SqliteFiles } from './watched-files.ts'
import { OWNER_ONLY, usagePath } from './usage-file.ts'
import { repairUsageFile } from './usage-care.ts'
import { sqliteWriter, type SqliteWriter } from './writer.ts'

// A writer of another process is waited for without blocking the thread.
const BLOCKING_MS = 5
const PATIENCE_MS = 5000

// Address space, not memory.
const MAPPED_BYTES = 2 ** 36

/**
 * Makes the files of keys and of usage if they are not there, or from a copy that was put there.
 *
 * @throws {SqliteError} `SQLITE_CANTOPEN` and the like; Node's EACCES for the folder
 */
export function prepareSqliteFiles(path: string): void {
  makeFolder(dirname(path))
  // The file of usage is made after it, so that it never is there alone. An empty file of keys in
  // its place would refuse every key, and forget that any was revoked.
  if (isEmpty(path) && !isEmpty(usagePath(path)))
    throw new Error(
      `it is missing or empty, but ${usagePath(path)} is there; restore a backup, or remove that as well to begin anew`,
    )
  const isNew = !existsSync(path)
  const database = new Sqlite(path, { timeout: PATIENCE_MS })
  if (isNew) chmodSync(path, OWNER_ONLY)
  try {
    assertFileUsable(database)
  } finally {
    database.close()
  }
  const notice = repairUsageFile(usagePath(path))
  if (notice !== undefined) process.emitWarning(notice)
  adoptCopy(path)
}

/** Whether a file is a database that has the table; neither it nor files beside it are made. */
export function hasTable(path: string, table: string): boolean {
  const database = new Sqlite(path, { timeout: PATIENCE_MS, readonly: true, fileMustExist: true })
  try {
    const find = database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?")
    return find.get(table) !== undefined
  } finally {
    database.close()
  }
}

function isEmpty(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0
}

// Node's own way of making folders on the way never ends in /proc, where they look like missing.
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
    toDisk(dirname(path)) // SQLite does this for its files, and for no folder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Opens the one connection that writes the file, in this thread. */
export function openSqliteWriter(path: string): SqliteWriter {
  const database = new Sqlite(path, { timeout: BLOCKING_MS })
  database.pragma('synchronous = FULL') // what was acknowledged survives a power loss
  setPragmas(database)
  database.pragma('temp_store = MEMORY')
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
  reader.pragma('query_only = ON')
  // Pages are read where the system has them: with a million keys a lookup is otherwise five reads.
  reader.pragma(`main.mmap_size = ${MAPPED_BYTES}`)
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
  const databases = reader.pragma('database_list') as { name: string }[]
  return databases.some(({ name }) => name === 'usage')
}

/**
 * Takes the SQLite file at `path` for this process, by an exclusive transaction on a small file
 * beside it: the system itself gives the lock back when the process ends, however it ends.
 *
 * @returns the function that gives it back, or undefined when another process has it
 */
export function ownSqliteFile(path: string): (() => void) | undefined {
  makeFolder(dirname(path))
  // One file has one lock, by whatever link it is reached.
  const lock = new Sqlite(`${existsSync(path) ? realpathSync(path) : path}.lock`, { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec(`begin exclusive; ${ATTEMPT}`)
    return () => lock.close()
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined
    throw error
  }
}
