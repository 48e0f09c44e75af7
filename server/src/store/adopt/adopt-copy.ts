import Sqlite from 'better-sqlite3'
import { passingTables, usagePath, usageTables } from '../sqlite/usage/usage-tables.ts'
import { statementsOfMove, statementsOfRestore } from './restoring.ts'

/** A backup goes back to its moment some day; a move goes on from it at once. */
export type CopyPurpose = 'backup' | 'move'

const PATIENCE_MS = 5000

// Tables that only a copy has.
const COPY_TABLES = [...usageTables, ...passingTables, 'copy_contents', 'copy_origin']

/**
 * Makes the database of a service out of a copy that was put in its place: usage moves to the file
 * of its own, and what a backup must not bring back ends. Does nothing to any other file. One that is interrupted is done again by the next.
 *
 * @param path a file of keys, whose file of usage has its tables
 */
export function adoptCopy(path: string): void {
  const database = new Sqlite(path, { timeout: PATIENCE_MS })
  try {
    if (purposeOf(database) === undefined) return
    database.exec('begin immediate') // of two at once, the second finds it done
    const purpose = purposeOf(database)
    if (purpose === undefined) return
    takeUsage(path)
    if (purpose === 'backup') database.pragma('secure_delete = on')
    const statements = purpose === 'backup' ? statementsOfRestore() : statementsOfMove()
    for (const statement of statements) database.exec(statement)
    for (const table of COPY_TABLES) database.exec(`drop table ${table}`)
    database.exec('commit')
  } finally {
    database.close() // with what was not committed undone
  }
}

/** The purpose of a copy; undefined for any other file. */
function purposeOf(database: Sqlite.Database): CopyPurpose | undefined {
  const isCopy = database
    .prepare("select 1 from sqlite_schema where type = 'table' and name = 'copy_origin'")
    .get()
  if (isCopy === undefined) return undefined
  return database.prepare<[], CopyPurpose>('select purpose from copy_origin').pluck().get()
}

function takeUsage(path: string): void {
  const usage = new Sqlite(usagePath(path), { timeout: PATIENCE_MS })
  try {
    usage.prepare('attach ? as copy').run(path)
    const take = usage.transaction(() => {
      for (const table of [...usageTables, ...passingTables])
        usage.exec(`delete from main.${table}`)
      for (const table of usageTables) {
        const columns = columnsOf(usage, table)
        usage.exec(`insert into main.${table} (${columns}) select ${columns} from copy.${table}`)
      }
    })
    take()
  } finally {
    usage.close()
  }
}

function columnsOf(database: Sqlite.Database, table: string): string {
  const names = database.prepare<[string], string>('select name from pragma_table_info(?)')
  return names.pluck().all(table).join(', ')
}
