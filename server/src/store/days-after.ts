import { sql, type RawBuilder } from 'kysely'
import type { DialectName } from './schema/dialect.ts'

/** The moment so many times 24 hours after the one in a column, exact to the millisecond. */
export function daysAfter(dialect: DialectName, column: string, days: number): RawBuilder<string> {
  const moment = sql.ref(column)
  return dialect === 'sqlite'
    ? sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', ${moment}, ${sql.lit(`+${days} days`)})`
    : sql<string>`${moment} + make_interval(hours => ${sql.lit(days * 24)})`
}
