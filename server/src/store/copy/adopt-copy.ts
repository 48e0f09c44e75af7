import Sqlite from 'better-sqlite3'
import { usagePath } from '../dialect/sqlite-usage.ts'

const PATIENCE_MS = 5000

// What a copy has and the file of keys has not.
const COPY_TABLES = [
  'key_usage',
  'service_token_uses',
  'usage_batches',
  'usage_merge',
  'copy_contents',
  'copy_origin',
]

/**
 * Makes the database of a service out of a copy that was put in its place: usage moves to the file
 * of its own. Does nothing to any other file. One that is interrupted is done again by the next.
 *
 * @param path a file of keys, whose file of usage has its tables
 */
export function adoptCopy(path: string): void {
  const database = new Sqlite(path, { timeout: PATIENCE_MS })
  try {
    if (!isCopy(database)) return
    database.exec('begin immediate') // of two at once, the second finds it done
    if (!isCopy(database)) return
    takeUsage(path)
    for (const table of COPY_TABLES) database.exec(`drop table ${table}`)
    database.exec('commit')
  } finally {
    database.close() // with what was not committed undone
  }
}

function isCopy(database: Sqlite.Database): boolean {
  return (
    database
      .prepare("select 1 from sqlite_schema where type = 'table' and name = 'copy_origin'")
      .get() !== undefined
  )
}

function takeUsage(path: string): void {
  const usage = new Sqlite(usagePath(path), { timeout: PATIENCE_MS })
  try {
    usage.prepare('attach ? as copy').run(path)
    usage.exec(`
      begin;
      delete from main.key_usage;
      delete from main.service_token_uses;
      delete from main.usage_batches;
      delete from main.usage_merge;
      insert into main.key_usage select slot, count, last_at_ms, last_ip from copy.key_usage;
      insert into main.service_token_uses
        select service_token_id, last_at_ms, last_ip from copy.service_token_uses;
      commit;`)
  } finally {
    usage.close()
  }
}
