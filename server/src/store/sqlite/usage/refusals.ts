import type Sqlite from 'better-sqlite3'
import { MAX_REFUSALS, type RefusedUse } from '../../usage/batch.ts'

/** The rows of `key_refusals`, for the one connection that writes them. */
export function refusalsIn(database: Sqlite.Database) {
  const insert = database.prepare<[number, number, string, string | null, string | null, string]>(
    `insert into key_refusals (key_number, at_ms, code, ip, request_id, scopes)
     values (?, ?, ?, ?, ?, ?)`,
  )
  const prune = database.prepare<[number]>(
    `delete from key_refusals where id in (
       select id from key_refusals where key_number = ?
       order by at_ms desc, id desc limit -1 offset ${MAX_REFUSALS})`,
  )
  const removeOld = database.prepare<[number, number, number]>(
    'delete from key_refusals where key_number between ? and ? and at_ms < ?',
  )
  return {
    /** Adds refusals, and keeps the last 50 of each key. */
    add(refusals: RefusedUse[]): void {
      for (const { keyNumber, atMs, code, ip, requestId, scopes } of refusals)
        insert.run(keyNumber, atMs, code, ip, requestId, JSON.stringify(scopes))
      for (const keyNumber of new Set(refusals.map((refusal) => refusal.keyNumber)))
        prune.run(keyNumber)
    },
    removeOld: (firstKey: number, lastKey: number, beforeMs: number) =>
      void removeOld.run(firstKey, lastKey, beforeMs),
  }
}
