import type pg from 'pg'
import { prepareSession, SessionClient } from '../postgres/session.ts'
import { typesOfCopies } from '../postgres/values.ts'
import { DatabaseError } from '../interface/open-database.ts'
import { ROWS_AT_ONCE, type Snapshot, type Value } from './snapshot.ts'
import { orderOf, tables, type TableName } from '../schema/tables.ts'
import { present } from '../../lib/typed.ts'

const CONNECT_TIMEOUT_MS = 5000

// The reader of the rows may need any time.
const limits = {
  statement_timeout: '0',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '0',
}

/** A connection of its own, without the timeouts of those that requests wait for. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new SessionClient({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    limits,
    keepAlive: true,
    types: typesOfCopies,
  })
  client.on('error', () => undefined) // the next query fails with it
  await client.connect()
  try {
    await prepareSession(client)
  } catch (error) {
    await client.end()
    throw error
  }
  return client
}

/** The database as it is now. @param exclusive keeps everybody else from writing meanwhile */
export async function openPostgresSnapshot(url: string, exclusive: boolean): Promise<Snapshot> {
  const client = await connect(url)
  try {
    if (exclusive) await assertUnused(client)
    await client.query('begin isolation level repeatable read')
    // Before anything is read, since that fixes the moment.
    if (exclusive) await client.query(`lock table ${tables.join(', ')} in share mode`)
    await client.query('select 1 from deployment')
    return snapshotIn(client)
  } catch (error) {
    await client.end()
    throw error
  }
}

async function assertUnused(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ count: bigint }>(
    `select count(*) from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  const { count } = present(rows[0])
  if (count > 0n)
    throw new DatabaseError(
      `${count} others are connected to the PostgreSQL database: stop every node first`,
    )
}

/** Everything as the open transaction of a connection sees it. */
export function snapshotIn(client: pg.Client): Snapshot {
  return {
    columns: async (table) => (await columnTypesOf(client, table)).map(({ name }) => name),
    async count(table) {
      const { rows } = await client.query<{ count: bigint }>(`select count(*) from ${table}`)
      return Number(present(rows[0]).count)
    },
    async *rows(table, columns) {
      const ordering = orderOf(table)
      await client.query(
        `declare page no scroll cursor for select ${columns.join(', ')} from ${table}${
          ordering ? ` order by ${ordering}` : ''
        }`,
      )
      for (;;) {
        const text = `fetch ${ROWS_AT_ONCE} from page`
        const { rows } = await client.query<Value[]>({ text, rowMode: 'array' })
        if (rows.length === 0) break
        yield rows
      }
      await client.query('close page')
    },
    close: () => client.end(),
  }
}

export type Column = { name: string; type: string }

export async function columnTypesOf(client: pg.Client, table: TableName): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select column_name::text as name, udt_name::text as type from information_schema.columns
     where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
    [table],
  )
  return rows
}
