import {
  PostgresDialect,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type UnknownRow,
} from 'kysely'
import type pg from 'pg'
import { leasesOf, openPool, type PoolLimits } from './pool.ts'

export function openPostgres(
  url: string,
  limits?: PoolLimits,
): { dialect: PostgresDialect; pool: pg.Pool } {
  const pool = openPool(url, limits)
  return { dialect: new PostgresDialect({ pool: leasesOf(pool) }), pool }
}

/** Turns the Date that pg makes of a timestamptz into the ISO text that SQLite keeps. */
export class IsoTimestampsPlugin implements KyselyPlugin {
  transformQuery(args: PluginTransformQueryArgs) {
    return args.node
  }

  async transformResult(args: PluginTransformResultArgs) {
    return { ...args.result, rows: args.result.rows.map(withIsoTimestamps) }
  }
}

export function withIsoTimestamps(row: UnknownRow): UnknownRow {
  const iso: UnknownRow = {}
  for (const [column, value] of Object.entries(row))
    iso[column] = value instanceof Date ? value.toISOString() : value
  return iso
}
