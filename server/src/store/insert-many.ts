import type { Compilable, CompiledQuery } from 'kysely'
import type { Database, Db } from './schema/database.ts'

// SQLite takes at most 32,766 parameters in one statement. Of larger parts memory fills faster.
export const ROWS_AT_ONCE = 100

const fullParts = new WeakMap<Db, Map<string, CompiledQuery>>()

/**
 * Inserts rows that have the same columns in the same order. Within a transaction the statement for
 * a full part is compiled once: Kysely takes longer to write it than the database to run it.
 *
 * @param query inserts the rows that it is given, and has no other parameters
 * @returns what the query returns, for all rows
 */
export async function insertMany<Row extends object, Result>(
  db: Db,
  table: keyof Database,
  rows: Row[],
  query: (rows: Row[]) => Compilable<Result>,
): Promise<Result[]> {
  const results: unknown[] = []
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const part = rows.slice(start, start + ROWS_AT_ONCE)
    const compile = () => query(part).compile()
    const compiled = part.length === ROWS_AT_ONCE ? once(db, table, compile) : compile()
    const parameters = part.flatMap((row) => Object.values(row))
    const answer = await db.executeQuery({ ...compiled, parameters })
    results.push(...answer.rows)
  }
  return results as Result[]
}

function once(db: Db, table: string, compile: () => CompiledQuery): CompiledQuery {
  const known = fullParts.get(db) ?? new Map<string, CompiledQuery>()
  fullParts.set(db, known)
  const compiled = known.get(table) ?? compile()
  known.set(table, compiled)
  return compiled
}
