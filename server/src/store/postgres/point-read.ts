import type { CompiledQuery, UnknownRow } from 'kysely'
import type pg from 'pg'
import type { PointRead } from '../interface/open-database.ts'
import { withIsoTimestamps } from './timestamps.ts'

export function postgresPointRead<Row>(
  pool: pg.Pool,
  query: CompiledQuery<Row>,
  name: string,
): PointRead<Row> {
  return async (...parameters) => {
    const { rows } = await pool.query<UnknownRow>({ name, text: query.sql, values: parameters })
    return rows[0] && withIsoTimestamps<Row>(rows[0])
  }
}
