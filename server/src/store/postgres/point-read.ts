import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import type { PointRead } from '../interface/open-database.ts'
import { withIsoTimestamps } from './timestamps.ts'

export function postgresPointRead<Row>(
  pool: pg.Pool,
  query: CompiledQuery<Row>,
  name: string,
): PointRead<Row> {
  return async (...parameters) => {
    const { rows } = await pool.query({ name, text: query.sql, values: parameters })
    const row = rows[0] as Record<string, unknown> | undefined
    return row && (withIsoTimestamps(row) as Row)
  }
}
