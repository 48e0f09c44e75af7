import type { PostgresPool } from 'kysely'
import pg from 'pg'
import { isConnectionFailure } from '../../lib/failures.ts'
import { prepareSession, SessionClient } from './session.ts'
import type { Limits } from './settings.ts'
import { valueTypes } from './values.ts'
import { asError } from '../../lib/caught.ts'

const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 2000
const BROWSING_POOL_SIZE = 2
const BROWSING_PATIENCE_MS = 6000
// We stop waiting for a server that is silent a little after it should have ended the statement.
const ANSWER_TIMEOUT_MS = 3500

export type PoolLimits = {
  max: number
  query_timeout?: number
  connectionTimeoutMillis?: number
  limits: Limits
}

/** Bounds how many queries wait behind a request. */
const forRequests: PoolLimits = {
  max: POOL_SIZE,
  query_timeout: ANSWER_TIMEOUT_MS,
  limits: {
    statement_timeout: '3s',
    lock_timeout: '0',
    // A transaction whose client is gone without a word holds its locks no longer than this.
    idle_in_transaction_session_timeout: '5s',
  },
}

/** So many at once leave the server's cores to verification; the rest wait their turn. */
export const forBrowsing: PoolLimits = {
  ...forRequests,
  max: BROWSING_POOL_SIZE,
  connectionTimeoutMillis: BROWSING_PATIENCE_MS,
}

/** An index on a large table takes its time, and so may waiting for another node that makes it. */
export const forMigrations: PoolLimits = {
  max: 1,
  limits: { ...forRequests.limits, statement_timeout: '0' },
}

/** A bounded pool on the primary; a wait for a connection ends in an error, never in a queue without end. */
export function openPool(url: string, limits: PoolLimits = forRequests): pg.Pool {
  const config = {
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...limits,
    Client: SessionClient,
    connectionString: url,
    keepAlive: true,
    onConnect: (client: pg.ClientBase) => prepareSession(client as SessionClient),
    types: valueTypes(),
  }
  const pool = new pg.Pool(config as unknown as pg.PoolConfig)
  // A connection that breaks fails the query under way, and the next query opens another. Without a
  // listener the event itself would end the process, whether the connection idles or works.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

/**
 * The pool as Kysely takes it, whose own gives a connection back as if it were good, whatever
 * happened on it: one that went silent would be waited for again and again.
 */
export function connectionsOf(pool: pg.Pool): PostgresPool {
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
          if (isConnectionFailure(error)) failure = asError(error)
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
