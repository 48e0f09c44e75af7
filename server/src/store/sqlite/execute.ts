import type Sqlite from 'better-sqlite3'
import type { UnknownRow } from 'kysely'

/** The result of a statement, in plain values that can cross to another thread. */
export type StatementResult = { rows: UnknownRow[]; changes?: number; insertId?: number | bigint }

export type Execute = (sql: string, parameters: readonly unknown[]) => StatementResult

const MAX_STATEMENTS_KEPT = 500

/** Runs statements on a connection, and keeps them prepared. */
export function executeOn(database: Sqlite.Database): Execute {
  const statements = new Map<string, Sqlite.Statement<unknown[], UnknownRow>>()

  function prepare(sql: string): Sqlite.Statement<unknown[], UnknownRow> {
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (statements.size >= MAX_STATEMENTS_KEPT) statements.clear()
    const statement = database.prepare<unknown[], UnknownRow>(sql)
    statements.set(sql, statement)
    return statement
  }

  return (sql, parameters) => {
    const statement = prepare(sql)
    if (statement.reader) return { rows: statement.all(...parameters) }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], changes, insertId: lastInsertRowid }
  }
}
