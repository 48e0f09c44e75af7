import { existsSync, statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { Database } from '../schema/database.ts'
import { setUp } from '../sqlite/pragmas.ts'
import { addUsageTables, usageTables } from '../sqlite/usage/usage-tables.ts'
import { DatabaseError } from '../interface/open-database.ts'
import { migrate } from '../migrate.ts'
import { countAll, isCopyFile, isSame, writeOrigin, type Tallies } from './copy-file.ts'
import type { CopyPurpose } from '../adopt/adopt-copy.ts'
import type { JobControl } from './job-control.ts'
import { startCounting, type Snapshot, type Tally } from './snapshot.ts'
import { openCopySnapshot, type SqliteSnapshot } from './sqlite-snapshot.ts'
import { tables, type TableName } from '../schema/tables.ts'
import { writeWhole } from './write-whole.ts'
import { keysOf } from '../../lib/typed.ts'

const PAGES_AT_ONCE = 500

export type CopyTarget = {
  path: string
  purpose: CopyPurpose
  mayReplace: boolean
  madeAt: string
}

/** Copies the database of a service on SQLite: the file of keys by the page, usage by the row. */
export function writeCopyOfSqlite(
  snapshot: SqliteSnapshot,
  target: CopyTarget,
  control: JobControl,
): Promise<Tallies> {
  return write(target, control, async (draft) => {
    // Within an open transaction, which `snapshot` is: without, each write of the service would
    // have it begin again.
    await snapshot.database.backup(draft, {
      progress({ totalPages, remainingPages }) {
        control.signal.throwIfAborted()
        control.progress('copying pages', totalPages - remainingPages, totalPages)
        return PAGES_AT_ONCE
      },
    })
    return fill(draft, snapshot, [...usageTables], control)
  })
}

/** Copies any database by the row. */
export function writeCopy(
  snapshot: Snapshot,
  target: CopyTarget,
  control: JobControl,
): Promise<Tallies> {
  return write(target, control, async (draft) => {
    const database = new Sqlite(draft)
    const db = new Kysely<Database>({ dialect: new SqliteDialect({ database }) })
    await migrate({ db, dialect: 'sqlite' })
    await db.destroy()
    return fill(draft, snapshot, tables, control)
  })
}

/** @param make writes the tables. @returns what it counted while it wrote */
async function write(
  { path, purpose, mayReplace, madeAt }: CopyTarget,
  control: JobControl,
  make: (draft: string) => Promise<Partial<Tallies>>,
): Promise<Tallies> {
  assertReplaceable(path)
  return writeWhole(path, mayReplace, async (draft) => {
    const written = await make(draft)
    const copy = openCopySnapshot(draft)
    const tallies = await countAll(copy, control).finally(() => copy.close())
    for (const table of keysOf(written))
      if (!isSame(tallies[table], written[table]))
        throw new DatabaseError(`Table ${table} does not read as it was written`)
    const database = new Sqlite(draft)
    writeOrigin(database, { madeAt, purpose, tallies })
    database.close()
    return tallies
  })
}

// A slip of the hand must not cost a file, least of all the database that is in use.
function assertReplaceable(path: string): void {
  if (!existsSync(path)) return
  const stats = statSync(path)
  if (stats.isDirectory()) throw new DatabaseError(`${path} is a folder: name a file in it`)
  if (stats.size > 0 && !isCopyFile(path))
    throw new DatabaseError(`${path} is there already, and is no backup: choose another name`)
}

async function fill(
  draft: string,
  snapshot: Snapshot,
  names: TableName[],
  { progress, signal }: JobControl,
): Promise<Partial<Tallies>> {
  const database = new Sqlite(draft)
  try {
    setUp(database, 'copy')
    addUsageTables(database)
    const written: Partial<Tallies> = {}
    for (const table of names) {
      database.exec(`delete from ${table}`)
      const columns = await snapshot.columns(table)
      const total = await snapshot.count(table)
      const insert = database.prepare(
        `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
      )
      const insertAll = database.transaction((rows: readonly (readonly unknown[])[]) => {
        for (const row of rows) insert.run(row)
      })
      const counting = startCounting()
      for await (const rows of snapshot.rows(table, columns)) {
        signal.throwIfAborted()
        insertAll(rows)
        counting.add(rows)
        progress(`copying ${table}`, counting.tally().rows, total)
      }
      written[table] = counting.tally() satisfies Tally
    }
    return written
  } finally {
    database.close()
  }
}
