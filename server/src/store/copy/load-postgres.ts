import type pg from 'pg'
import { DatabaseError } from '../interface/open-database.ts'
import { columnTypesOf, connect, snapshotIn, type Column } from './postgres-snapshot.ts'
import type { JobControl } from './job-control.ts'
import { startCounting, type Row, type Snapshot, type Tally } from './snapshot.ts'
import { tables, type TableName } from '../schema/tables.ts'
import type { Tallies } from './copy-file.ts'
import { present, recordOf } from '../../lib/typed.ts'

/**
 * Copies everything into an empty PostgreSQL database that has its schema already, in one
 * transaction: an end half-way leaves it empty. What was written is read again and compared.
 *
 * @param statements change what was written, before anybody sees it
 * @throws {DatabaseError} when something is in it, or reads differently from what was written
 */
export async function loadPostgres(
  snapshot: Snapshot,
  url: string,
  { progress, signal }: JobControl,
  statements: string[] = [],
): Promise<Tallies> {
  const client = await connect(url)
  try {
    await client.query('begin')
    await client.query(`lock table ${tables.join(', ')} in access exclusive mode`)
    await assertEmpty(client)
    for (const { table } of rowsOfSchema) await client.query(`delete from ${table}`)
    const tallies: Partial<Tallies> = {}
    for (const table of tables) {
      const columns = await sameColumns(client, snapshot, table)
      const total = await snapshot.count(table)
      const written = startCounting()
      for await (const rows of snapshot.rows(table, namesOf(columns))) {
        signal.throwIfAborted()
        await insert(client, table, columns, rows)
        written.add(rows)
        progress(`writing ${table}`, written.tally().rows, total)
      }
      const tally = written.tally()
      tallies[table] = tally
      await compare(client, table, columns, tally, { progress, signal })
    }
    for (const [table, column] of numbered)
      await client.query(
        `select setval(pg_get_serial_sequence('${table}', '${column}'), max(${column}))
         from ${table} having max(${column}) is not null`,
      )
    for (const statement of statements) await client.query(statement)
    signal.throwIfAborted()
    await client.query('commit')
    await client.query('analyze')
    return recordOf(tables, (table) => present(tallies[table]))
  } finally {
    await client.end() // what was not committed is undone
  }
}

// A log without events has a row, which is part of the schema.
const rowsOfSchema: { table: TableName; isOther: string }[] = [
  { table: 'audit_head', isOther: 'position > 0' },
  { table: 'verdict_changes', isOther: 'coalesce(key_id, service_token_id) is not null' },
]

/** Columns that PostgreSQL numbers. */
const numbered: [table: TableName, column: string][] = [
  ['api_keys', 'number'],
  ['verdict_changes', 'seq'],
  ['key_refusals', 'id'],
]

async function assertEmpty(client: pg.Client): Promise<void> {
  for (const table of tables) {
    const isOther = rowsOfSchema.find((its) => its.table === table)?.isOther ?? 'true'
    const { rows } = await client.query(`select 1 from ${table} where ${isOther} limit 1`)
    if (rows.length > 0)
      throw new DatabaseError(
        `The PostgreSQL database is not empty (table ${table} has rows): give a new one`,
      )
  }
}

async function sameColumns(
  client: pg.Client,
  snapshot: Snapshot,
  table: TableName,
): Promise<Column[]> {
  const columns = await columnTypesOf(client, table)
  const theirs = await snapshot.columns(table)
  if (namesOf(columns).toSorted().join() !== theirs.toSorted().join())
    throw new DatabaseError(
      `Table ${table} is not of this version: let a service of this version start on it first`,
    )
  return columns
}

function namesOf(columns: Column[]): string[] {
  return columns.map(({ name }) => name)
}

async function insert(
  client: pg.Client,
  table: TableName,
  columns: Column[],
  rows: Row[],
): Promise<void> {
  const lists = columns.map(({ type }, at) => `$${at + 1}::${type === 'bool' ? 'int4' : type}[]`)
  const values = columns.map(({ type }, at) => (type === 'bool' ? `v${at} <> 0` : `v${at}`))
  await client.query({
    name: `load_${table}`,
    text: `insert into ${table} (${namesOf(columns).join(', ')})
           select ${values.join(', ')}
           from unnest(${lists.join(', ')}) as given(${columns.map((_, at) => `v${at}`).join(', ')})`,
    values: columns.map((_, at) => rows.map((row) => row[at])),
  })
}

async function compare(
  client: pg.Client,
  table: TableName,
  columns: Column[],
  written: Tally,
  { progress, signal }: JobControl,
): Promise<void> {
  const read = startCounting()
  for await (const rows of snapshotIn(client).rows(table, namesOf(columns))) {
    signal.throwIfAborted()
    read.add(rows)
    progress(`comparing ${table}`, read.tally().rows, written.rows)
  }
  const { rows, checksum } = read.tally()
  if (rows !== written.rows || checksum !== written.checksum)
    throw new DatabaseError(`Table ${table} does not read as it was written: nothing was copied`)
}
