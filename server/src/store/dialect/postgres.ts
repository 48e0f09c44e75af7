import {
  PostgresDialect,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type UnknownRow,
} from 'kysely'
import pg from 'pg'

const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 3000
// The server ends a statement that takes too long; we stop waiting for a server that is silent.
const STATEMENT_TIMEOUT_MS = 4000
const ANSWER_TIMEOUT_MS = 5000

// count() and other int8 values fit a double here; the default would hand out strings.
const INT8_OID = 20

/** A bounded pool on the primary; a wait for a connection ends in an error, never in a queue without end. */
export function openPostgres(url: string): { dialect: PostgresDialect; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format: never) =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as never,
    },
  })
  // A connection that breaks is replaced by the next query, and whoever was using it hears of it
  // there. Unheard, the event itself would end the process, whether the connection idles or works.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return { dialect: new PostgresDialect({ pool }), pool }
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
