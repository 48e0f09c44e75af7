import type { CopyPurpose } from '../adopt/adopt-copy.ts'
// A copy is one SQLite file with every table, usage included, and with what it ought to hold. The
// service can be started on it as it is: see adopt-copy.ts.
import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { explainFileError } from '../../lib/caught.ts'
import { migrations } from '../migrations/list.ts'
import { DatabaseError } from '../interface/open-database.ts'
import type { JobControl } from './job-control.ts'
import { startCounting, type Snapshot, type Tally } from './snapshot.ts'
import { openCopySnapshot, type SqliteSnapshot } from './sqlite-snapshot.ts'
import { tables, type TableName } from '../schema/tables.ts'
import { present, recordOf } from '../../lib/typed.ts'

export type Tallies = Record<TableName, Tally>

/** When a copy was made, why, and the tally of each table. */
export type CopyOrigin = {
  /** When it was begun: everything acknowledged before is in it. */
  madeAt: string
  purpose: CopyPurpose
  tallies: Tallies
}

export function writeOrigin(
  database: Sqlite.Database,
  { madeAt, purpose, tallies }: CopyOrigin,
): void {
  database.exec(`
    drop table if exists copy_origin;
    drop table if exists copy_contents;
    create table copy_origin (made_at text not null, purpose text not null);
    create table copy_contents (
      table_name text primary key,
      row_count integer not null,
      checksum text not null
    );`)
  database.prepare('insert into copy_origin values (?, ?)').run(madeAt, purpose)
  const add = database.prepare('insert into copy_contents values (?, ?, ?)')
  for (const [table, { rows, checksum }] of Object.entries(tallies)) add.run(table, rows, checksum)
}

/** Counts every row of every table. */
export async function countAll(
  snapshot: Snapshot,
  { progress, signal }: JobControl,
): Promise<Tallies> {
  const tallies: Partial<Tallies> = {}
  for (const table of tables) {
    const counting = startCounting()
    const total = await snapshot.count(table)
    for await (const rows of snapshot.rows(table, await snapshot.columns(table))) {
      signal.throwIfAborted()
      counting.add(rows)
      progress(`checking ${table}`, counting.tally().rows, total)
    }
    tallies[table] = counting.tally()
  }
  return recordOf(tables, (table) => present(tallies[table]))
}

/**
 * Opens a copy and reads all of it, to be sure that it is what was written.
 *
 * @throws {DatabaseError} when it is no copy, damaged, or of another version of this service
 */
export async function openCopy(
  path: string,
  control: JobControl,
): Promise<{ snapshot: SqliteSnapshot; origin: CopyOrigin }> {
  assertFile(path)
  let snapshot: SqliteSnapshot | undefined
  try {
    snapshot = openCopySnapshot(path)
    const origin = readOrigin(snapshot.database)
    const found = await countAll(snapshot, control)
    const damaged = tables.find((table) => !isSame(found[table], origin.tallies[table]))
    if (damaged !== undefined)
      throw new DatabaseError(`${path} is damaged: table ${damaged} is not as it was written`)
    return { snapshot, origin: { ...origin, tallies: found } }
  } catch (error) {
    await snapshot?.close()
    if (error instanceof Sqlite.SqliteError)
      throw new DatabaseError(`${path} is no backup of this service, or damaged: ${error.message}`)
    throw error
  }
}

// SQLite would say of both no more than that it cannot open them.
function assertFile(path: string): void {
  try {
    if (statSync(path).isDirectory()) throw new DatabaseError(`${path} is a folder, and no backup`)
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`Cannot read ${path}: ${explainFileError(error)}`)
  }
}

/** Whether a file says that it is a copy; it is not read. */
export function isCopyFile(path: string): boolean {
  let database: Sqlite.Database | undefined
  try {
    database = new Sqlite(path, { readonly: true })
    return database.prepare('select made_at from copy_origin').get() !== undefined
  } catch {
    return false
  } finally {
    database?.close()
  }
}

type WrittenOrigin = Omit<CopyOrigin, 'tallies'> & { tallies: Partial<Tallies> }

function readOrigin(database: Sqlite.Database): WrittenOrigin {
  const origin = database
    .prepare<[], Omit<CopyOrigin, 'tallies'>>('select made_at as madeAt, purpose from copy_origin')
    .get()
  const applied = database.prepare<[], string>('select name from kysely_migration').pluck().all()
  const known = Object.keys(migrations('sqlite'))
  if (origin === undefined || known.toSorted().join() !== applied.toSorted().join())
    throw new DatabaseError('The backup was made by another version of this service: use that one')
  const contents = database
    .prepare<[], Tally & { name: TableName }>(
      'select table_name as name, row_count as rows, checksum from copy_contents',
    )
    .all()
  const tallies: Partial<Tallies> = Object.fromEntries(
    contents.map(({ name, rows, checksum }) => [name, { rows, checksum }]),
  )
  return { ...origin, tallies }
}

export function isSame(a: Tally, b: Tally | undefined): boolean {
  return a.rows === b?.rows && a.checksum === b.checksum
}
