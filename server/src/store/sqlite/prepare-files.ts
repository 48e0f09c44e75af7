import { chmodSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { fsyncPath } from '../../lib/fsync-path.ts'
import { DatabaseError } from '../interface/open-database.ts'
import { assertFileUsable, ATTEMPT, setUp } from './pragmas.ts'
import { fillOrganizationUsage } from './usage/fill-organization-usage.ts'
import { repairUsageFile } from './usage/usage-care.ts'
import { OWNER_ONLY, usagePath } from './usage/usage-tables.ts'
import { asError, errorCode } from '../../lib/caught.ts'

const PATIENCE_MS = 5000

/**
 * Makes the files of keys and of usage if they are not there.
 *
 * @throws {SqliteError} `SQLITE_CANTOPEN` and the like; Node's EACCES for the folder
 */
export function prepareSqliteFiles(path: string): void {
  makeFolder(dirname(path))
  // The file of usage is made after it, so that it never is there alone. An empty file of keys in
  // its place would refuse every key, and forget that any was revoked.
  if (isEmpty(path) && !isEmpty(usagePath(path)))
    throw new Error(
      `it is missing or empty, but ${usagePath(path)} is there; restore a backup, or remove that as well to begin with an empty database`,
    )
  const isNew = !existsSync(path)
  const database = new Sqlite(path, { timeout: PATIENCE_MS })
  if (isNew) chmodSync(path, OWNER_ONLY)
  try {
    assertFileUsable(database)
  } finally {
    database.close()
  }
  fillOrganizationUsage(path)
  const notice = repairUsageFile(usagePath(path))
  if (notice !== undefined) process.emitWarning(notice)
}

/** Whether a file is a database that has the table; neither it nor files beside it are made. */
function hasTable(path: string, table: string): boolean {
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
    fsyncPath(dirname(path)) // SQLite does this for its files, and for no folder
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/**
 * Looks without opening for writing, which would make the file, and files beside it.
 *
 * @throws {DatabaseError} when there is no database of ours
 */
export function assertOurFile(path: string): void {
  const none = new DatabaseError(
    `There is no database at ${path}: start the service once, or check DATABASE_URL`,
  )
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) throw none
  try {
    if (hasTable(path, 'kysely_migration')) return
  } catch (error) {
    throw new DatabaseError(`Cannot use the database file ${path}: ${asError(error).message}`)
  }
  throw none
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
    setUp(lock, 'lock')
    lock.exec(`begin exclusive; ${ATTEMPT}`)
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (errorCode(error) === 'SQLITE_BUSY') return undefined
    throw error
  }
}
