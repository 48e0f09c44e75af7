import type Sqlite from 'better-sqlite3'
import { mergedRows, type UsageColumns } from '../../usage/columns.ts'
import type { UsageRow } from '../../usage/usage-row.ts'
import { present } from '../../../lib/typed.ts'

const batchColumns = 'slots, counts, last_at_ms, last_ips, first_at_ms, callers'

type BatchRow = {
  slots: Buffer
  counts: Buffer
  last_at_ms: Buffer
  last_ips: string
  first_at_ms: Buffer | null
  callers: string | null
}

function toColumnsOf(row: BatchRow): UsageColumns {
  const callers: UsageColumns['callers'] = JSON.parse(row.callers ?? '{}')
  return {
    slots: numbersIn(row.slots),
    counts: numbersIn(row.counts),
    lastAtMs: numbersIn(row.last_at_ms),
    lastIps: JSON.parse(row.last_ips) as (string | null)[],
    // A batch of an earlier version lacks both.
    firstAtMs: row.first_at_ms === null ? new Float64Array() : numbersIn(row.first_at_ms),
    callers,
  }
}

function numbersIn(bytes: Buffer): Float64Array<ArrayBuffer> {
  return new Float64Array(Uint8Array.from(bytes).buffer)
}

function bytesOf(numbers: Float64Array<ArrayBuffer>): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** Adds all batches up to one to the table, from a slot on. */
export type UsageMerge = { upTo: number; from: number }

/** Batches as they were noted, and the merge that adds them to the table of all keys. */
export function batchesIn(database: Sqlite.Database, addRows: (rows: UsageRow[]) => void) {
  const note = database.prepare<[Buffer, Buffer, Buffer, string, Buffer, string]>(
    `insert into usage_batches (slots, counts, last_at_ms, last_ips, first_at_ms, callers)
     values (?, ?, ?, ?, ?, ?)`,
  )
  const count = database.prepare<[], number>('select count(*) from usage_batches').pluck()
  const newest = database
    .prepare<[], number>('select coalesce(max(number), 0) from usage_batches')
    .pluck()
  const read = database.prepare<[number], BatchRow>(
    `select ${batchColumns} from usage_batches where number <= ? order by number`,
  )
  const remove = database.prepare<[number]>('delete from usage_batches where number <= ?')
  const findMerge = database.prepare<[], UsageMerge>(
    'select up_to as upTo, next_slot as "from" from usage_merge',
  )
  const startMerge = database.prepare<[number]>(
    'insert into usage_merge (up_to, next_slot) values (?, 0)',
  )
  const moveMerge = database.prepare<[number]>('update usage_merge set next_slot = ?')
  const finishMerge = database.prepare('delete from usage_merge')
  return {
    note: ({ slots, counts, lastAtMs, lastIps, firstAtMs, callers }: UsageColumns) =>
      void note.run(
        bytesOf(slots),
        bytesOf(counts),
        bytesOf(lastAtMs),
        JSON.stringify(lastIps),
        bytesOf(firstAtMs),
        JSON.stringify(callers),
      ),
    countBatches: () => present(count.get()),
    /** The number of the newest batch; 0 when there is none. */
    newestBatch: () => present(newest.get()),
    /** The merge to go on with, a new one if need be; undefined when there is nothing to merge. */
    beginMerge(): UsageMerge | undefined {
      const upTo = present(newest.get())
      if (upTo === 0) return undefined
      if (findMerge.get() === undefined) startMerge.run(upTo)
      return findMerge.get()
    },
    readBatches: (upTo: number): UsageColumns[] => read.all(upTo).map(toColumnsOf),
    mergeRows: database.transaction((rows: UsageRow[]) => {
      addRows(rows)
      moveMerge.run((rows.at(-1)?.slot ?? 0) + 1)
    }),
    endMerge: database.transaction((upTo: number) => {
      remove.run(upTo)
      finishMerge.run()
    }),
  }
}

/** The rows of each batch that are not in the table yet, batch after batch. */
export function* notedRows(database: Sqlite.Database): Generator<UsageRow> {
  const merge = database
    .prepare<[], UsageMerge>('select up_to as upTo, next_slot as "from" from usage_merge')
    .get()
  const numbers = database.prepare<[], number>('select number from usage_batches order by number')
  const read = database.prepare<[number], BatchRow>(
    `select ${batchColumns} from usage_batches where number = ?`,
  )
  for (const number of numbers.pluck().all()) {
    const from = merge !== undefined && number <= merge.upTo ? merge.from : 0
    yield* mergedRows([toColumnsOf(present(read.get(number)))], from)
  }
}
