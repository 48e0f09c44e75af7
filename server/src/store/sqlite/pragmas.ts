import type Sqlite from 'better-sqlite3'
import { errorCode } from '../../lib/caught.ts'

type Pragma = { pragma: string; value: string; why: string }

/** Settings of the file itself, for every connection. */
const ofTheFile: Pragma[] = [
  {
    pragma: 'journal_mode = WAL',
    value: 'wal',
    why: 'readers must not wait for the writer, nor it for them; the file system has to map memory and lock files',
  },
  {
    pragma: 'encoding',
    value: 'UTF-8',
    why: 'texts are compared by their bytes, and something else made this file',
  },
]

/**
 * What the connection that writes needs, whatever SQLite was compiled to do. Left alone, because any value
 * will do: `page_size`, `auto_vacuum`, `application_id`, `user_version`, `legacy_alter_table`.
 */
const ofTheConnection: Pragma[] = [
  { pragma: 'foreign_keys', value: '1', why: 'a row must not outlive the one that it belongs to' },
  { pragma: 'recursive_triggers', value: '0', why: 'a trigger refuses changes, once' },
  { pragma: 'ignore_check_constraints', value: '0', why: 'the audit log has one head' },
  { pragma: 'read_uncommitted', value: '0', why: 'what is not committed is not there' },
  { pragma: 'writable_schema', value: '0', why: 'nobody edits the schema as text' },
]

/**
 * A write, for a transaction that is never committed. SQLite begins even an exclusive transaction on
 * a file that may only be read, as a transaction that reads, so that nothing less says it.
 */
export const ATTEMPT = 'create table attempted (at)'

/**
 * Looks at a file before anything depends on it.
 *
 * @throws {Error} when it is not as it has to be, or cannot be written
 */
export function assertFileUsable(database: Sqlite.Database): void {
  assertPragmas(database, ofTheFile)
  const patienceMs = Number(database.pragma('busy_timeout', { simple: true }))
  database.pragma('busy_timeout = 0')
  try {
    database.exec(`begin immediate; ${ATTEMPT}; rollback`)
  } catch (error) {
    // Another process is writing, so it can be written.
    if (errorCode(error) !== 'SQLITE_BUSY') throw error
  } finally {
    if (database.inTransaction) database.exec('rollback')
    database.pragma(`busy_timeout = ${patienceMs}`)
  }
}

/** Sets what a connection depends on. @throws {Error} when SQLite was compiled without it */
export function setPragmas(database: Sqlite.Database): void {
  for (const { pragma, value } of ofTheConnection) database.pragma(`${pragma} = ${value}`)
  assertPragmas(database, ofTheConnection)
}

function assertPragmas(database: Sqlite.Database, pragmas: Pragma[]): void {
  for (const { pragma, value, why } of pragmas) {
    const has = String(database.pragma(pragma, { simple: true }))
    if (has !== value) throw new Error(`its ${pragma} gives ${has} and not ${value}: ${why}`)
  }
}
