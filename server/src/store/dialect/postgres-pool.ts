import type { PostgresPool } from 'kysely'
import pg from 'pg'
import { isConnectionFailure } from './failures.ts'

const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 2000
// The server ends a statement that takes too long; we stop waiting for a server that is silent.
const STATEMENT_TIMEOUT_MS = 3000
const ANSWER_TIMEOUT_MS = 3500
// A transaction whose client is gone without a word holds its locks no longer than this.
const IDLE_TIMEOUT_MS = 5000

// count() and other int8 values fit a double here; the default would hand out strings.
const INT8_OID = 20

/** What waits behind a request is bounded. */
const forRequests = {
  max: POOL_SIZE,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  query_timeout: ANSWER_TIMEOUT_MS,
}

/** An index on a large table takes its time, and so may waiting for another node that makes it. */
export const forMigrations: pg.PoolConfig = { max: 1 }

/** A bounded pool on the primary; a wait for a connection ends in an error, never in a queue without end. */
export function openPool(url: string, limits: pg.PoolConfig = forRequests): pg.Pool {
  const pool = new pg.Pool({
    ...limits,
    Client: PrimaryClient,
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TIMEOUT_MS,
    keepAlive: true,
    onConnect: prepareConnection,
    types: {
      getTypeParser: ((oid: number, format: never) =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as never,
    },
  })
  // A connection that breaks is replaced by the next query, and whoever was using it hears of it
  // there. Unheard, the event itself would end the process, whether the connection idles or works.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

type ReportingConnection = NodeJS.EventEmitter & { stream: { destroy(): void } }

type ParameterReport = { parameterName: string; parameterValue: string }

/**
 * A connection that ends when its server begins to refuse writes. Such a server is a standby, or a
 * primary that was fenced off for another: what it says of a key may be of yesterday. PostgreSQL 14
 * and later report both of themselves, before the answer that is first affected.
 */
class PrimaryClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { connection: ReportingConnection }
    connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterReport) => {
      const tells = ['in_hot_standby', 'default_transaction_read_only'].includes(parameterName)
      if (!tells || parameterValue !== 'on') return
      connection.emit('error', new NoPrimaryError())
      connection.stream.destroy()
    })
  }
}

/**
 * Asks what older servers do not report, and has every commit wait for the disk where the server,
 * the database or the role says otherwise: what was acknowledged survives a power loss. A setting
 * that waits for more than the disk is left as it is.
 *
 * @throws {NoPrimaryError}
 */
async function prepareConnection(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ readOnly: string }>(`
    select current_setting('transaction_read_only') as "readOnly",
      case current_setting('synchronous_commit')
        when 'off' then set_config('synchronous_commit', 'on', false)
      end`)
  if (rows[0]?.readOnly !== 'off') throw new NoPrimaryError()
}

class NoPrimaryError extends Error {
  readonly code = '25006' // PostgreSQL's own, for a write there

  constructor() {
    super('The database server refuses writes: it is a standby, or was set to be read only')
  }
}

/**
 * The pool as Kysely takes it, whose own gives a connection back as if it were good, whatever
 * happened on it: one that went silent would be waited for again and again.
 */
export function leasesOf(pool: pg.Pool): PostgresPool {
  return {
    options: {},
    async connect() {
      const client = await pool.connect()
      let failure: Error | undefined
      const query = async (sql: string, parameters: unknown[]): Promise<unknown> => {
        if (failure) throw failure
        try {
          return await client.query(sql, parameters)
        } catch (error) {
          if (isConnectionFailure(error)) failure = error as Error
          throw error
        }
      }
      return {
        query: query as never,
        release: (isDiscarded?: boolean) => client.release(failure ?? isDiscarded ?? false),
      } as never
    },
    end: () => pool.end(),
  }
}
