import { hashHead, hashSecret } from '../../crypto/hash.ts'
import type { TableName } from '../schema/tables.ts'

/**
 * A value as both databases can hold it: whole numbers and truth values are bigints, moments are
 * ISO 8601 text, bytes are buffers.
 */
export type Value = string | bigint | Buffer | null

/** The values of a row, in the order of the columns that were asked for. */
export type Row = readonly Value[]

/** All of a database as it was at one moment, however long the reading takes. */
export type Snapshot = {
  columns(table: TableName): Promise<string[]>
  /** How many rows there are, roughly: for telling how much is left. */
  count(table: TableName): Promise<number>
  /** All rows, some thousands at a time. */
  rows(table: TableName, columns: string[]): AsyncIterable<Row[]>
  close(): Promise<void>
}

export const ROWS_AT_ONCE = 2000

/** How many rows a table has, and a sum over the hashes of all of them, whatever their order. */
export type Tally = { rows: number; checksum: string }

export type Counting = { add(rows: Row[]): void; tally(): Tally }

export function startCounting(): Counting {
  let count = 0
  let sum = 0n
  return {
    add(rows) {
      count += rows.length
      for (const row of rows) sum += hashHead(hashSecret(JSON.stringify(row.map(toText))))
    },
    tally: () => ({
      rows: count,
      checksum: BigInt.asUintN(64, sum).toString(16).padStart(16, '0'),
    }),
  }
}

function toText(value: Value): string | null {
  if (typeof value === 'bigint') return value.toString()
  return Buffer.isBuffer(value) ? value.toString('base64') : value
}
