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
 * The settings that the writing connection needs, however SQLite was compiled. Left alone, because
 * any value will do: `page_size`, `auto_vacuum`, `application_id`, `user_version`,
 * `legacy_alter_table`.
 */
const ofTheConnection: Pragma[] = [
  { pragma: 'foreign_keys', value: '1', why: 'a row must not outlive the one that it belongs to' },
  { pragma: 'recursive_triggers', value: '0', why: 'a trigger refuses changes, once' },
  { pragma: 'ignore_check_constraints', value: '0', why: 'the audit log has one head' },
  { pragma: 'read_uncommitted', value: '0', why: 'what is not committed is not there' },
  { pragma: 'writable_schema', value: '0', why: 'nobody edits the schema as text' },
]

// Address space, not memory.
const MAPPED_BYTES = 2 ** 36

/** The settings of each kind of connection. */
const profiles = {
  /** Writes keys: what was acknowledged survives a power loss. */
  writer: ['synchronous = FULL', 'temp_store = MEMORY'],
  // Pages are read where the system has them: with a million keys a lookup is otherwise five reads.
  reader: ['query_only = ON', `main.mmap_size = ${MAPPED_BYTES}`],
  /**
   * Writes usage. A crash of the process loses nothing that was written. What a power loss takes is
   * done again, because merging goes on from what is there; batches themselves are noted with
   * `synchronous = FULL`. Pages that change again and again reach the file once in a while.
   */
  usage: ['synchronous = NORMAL', 'wal_autocheckpoint = 8000', 'cache_size = -4000'],
  /** Holds a lock, and writes nothing that is read. */
  lock: ['journal_mode = MEMORY'],
  /** A file without a name, which the system deletes with the process. */
  staging: ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -4096'],
  /**
   * A copy that nobody knows until it is whole: one file, and nothing beside it. Keys lie in the
   * order of their hashes, so any page may be next.
   */
  copy: [
    'journal_mode = DELETE',
    'journal_mode = OFF',
    'synchronous = OFF',
    'cache_size = -256000',
  ],
} satisfies Record<string, string[]>

export function setUp(database: Sqlite.Database, profile: keyof typeof profiles): void {
  for (const pragma of profiles[profile]) database.pragma(pragma)
}

/** Runs `work` on a connection for usage; what it commits is on the disk. */
export function durably(database: Sqlite.Database, work: () => void): void {
  database.pragma('synchronous = FULL')
  try {
    work()
  } finally {
    database.pragma('synchronous = NORMAL')
  }
}

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
