import pg from 'pg'
import { DatabaseError } from '../open-database.ts'
import { ROWS_AT_ONCE, type Row, type Snapshot, type Value } from './snapshot.ts'
import { orderOf, tables, type TableName } from './tables.ts'

const CONNECT_TIMEOUT_MS = 5000
const LOCK_TIMEOUT_MS = 5000

const oids = { bool: 16, int8: 20, int4: 23, timestamptz: 1184 }

const parsers: Record<number, (text: string) => Value> = {
  [oids.bool]: (text) => (text === 't' ? 1n : 0n),
  [oids.int8]: BigInt,
  [oids.int4]: BigInt,
  [oids.timestamptz]: (text) => new Date(text).toISOString(),
}

/** A connection of its own, without the timeouts of those that requests wait for. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: 0,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 0,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format: never) =>
        parsers[oid] ?? pg.types.getTypeParser(oid, format)) as never,
    },
  })
  client.on('error', () => undefined) // whoever asks next hears of it
  await client.connect()
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
  if (rows[0]!.count > 0n)
    throw new DatabaseError(
      `${rows[0]!.count} others are connected to the PostgreSQL database: stop every node first`,
    )
}

/** Everything as the open transaction of a connection sees it. */
export function snapshotIn(client: pg.Client): Snapshot {
  return {
    columns: async (table) => (await columnTypesOf(client, table)).map(({ name }) => name),
    async count(table) {
      const { rows } = await client.query<{ count: bigint }>(`select count(*) from ${table}`)
      return Number(rows[0]!.count)
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
        yield rows as Row[]
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
