import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openUsageWriter, prepareUsageFile } from './usage-file.ts'
import { mergeNoted } from './merge-noted.ts'
import type { UsageRow } from '../usage/summarize.ts'
import { toColumns } from '../usage/columns.ts'

const aRow: fc.Arbitrary<UsageRow> = fc.record({
  slot: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 53 - 1)),
  count: fc.integer({ min: 1, max: 1000 }),
  lastAtMs: fc.integer({ min: 0, max: 5 }),
  lastIp: fc.option(fc.constantFrom('192.0.2.1', '2001:db8::1')),
})

/** What one flush has of it: a row for each slot, in their order. */
const aBatch = fc
  .uniqueArray(aRow, { selector: ({ slot }) => slot, maxLength: 6 })
  .map((rows) => rows.toSorted((a, b) => a.slot - b.slot))

const aStep = fc.oneof(
  fc.record({ kind: fc.constant('note' as const), rows: aBatch }),
  fc.record({ kind: fc.constant('merge' as const), crashAfter: fc.integer({ min: 0, max: 6 }) }),
)

test('uses are counted once, in whatever batches they come and wherever merges are cut off', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 12 }), async (steps) => {
      const dir = mkdtempSync(join(tmpdir(), 'merge-'))
      try {
        const path = join(dir, 'keys-usage.db')
        prepareUsageFile(path)
        const expected = new Map<number, UsageRow>()
        for (const step of steps)
          if (step.kind === 'note') {
            note(path, step.rows)
            for (const row of step.rows) expected.set(row.slot, sum(expected.get(row.slot), row))
          } else await mergeAndCrash(path, step.crashAfter)
        await mergeAndCrash(path, Infinity)
        expect(rowsIn(path)).toEqual([...expected.values()].toSorted((a, b) => a.slot - b.slot))
      } finally {
        rmSync(dir, { recursive: true })
      }
    }),
    { numRuns: 60 },
  )
})

function sum(known: UsageRow | undefined, row: UsageRow): UsageRow {
  if (known === undefined) return row
  const count = known.count + row.count
  return row.lastAtMs >= known.lastAtMs ? { ...row, count } : { ...known, count }
}

function note(path: string, rows: UsageRow[]): void {
  const writer = openUsageWriter(path)
  writer.noteBatch(toColumns(rows), [])
  writer.close()
}

/** Merges one row at a time, and goes away after so many writes, as a killed process does. */
async function mergeAndCrash(path: string, crashAfter: number): Promise<void> {
  const writer = openUsageWriter(path)
  let writes = 0
  const unlessKilled = () => {
    if (writes++ >= crashAfter) throw new Error('killed')
  }
  const crashing = {
    ...writer,
    mergeRows(rows: UsageRow[]) {
      unlessKilled()
      writer.mergeRows(rows)
    },
    endMerge(upTo: number) {
      unlessKilled()
      writer.endMerge(upTo)
    },
  }
  await mergeNoted(crashing as typeof writer, 1).catch(() => undefined)
  writer.close()
}

function rowsIn(path: string): unknown[] {
  const database = new Sqlite(path)
  const rows = database
    .prepare(
      'select slot, count, last_at_ms as lastAtMs, last_ip as lastIp from key_usage order by slot',
    )
    .all()
  database.close()
  return rows
}
