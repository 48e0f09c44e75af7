import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openUsageWriter } from './usage-file.ts'
import { prepareUsageFile } from './usage-tables.ts'
import { mergeNoted } from './merge-noted.ts'
import { rowColumns } from './usage-rows.ts'
import type { Caller } from '../../usage/callers.ts'
import { toUsageRow, type StoredUsageRow, type UsageRow } from '../../usage/usage-row.ts'
import { toColumns } from '../../usage/columns.ts'

const someIp = fc.option(fc.constantFrom('192.0.2.1', '2001:db8::1'))
const someMs = fc.integer({ min: 0, max: 5 })
const someCount = fc.integer({ min: 1, max: 1000 })

const aRow: fc.Arbitrary<UsageRow> = fc
  .record({
    slot: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 53 - 1)),
    count: someCount,
    lastAtMs: someMs,
    lastIp: someIp,
    lastedMs: fc.option(someMs),
    other: fc.option(fc.tuple(someIp, someMs, someCount)),
  })
  .map(({ lastedMs, other, ...row }) => {
    const { count, lastAtMs, lastIp } = row
    if (lastedMs === null) return { ...row, firstAtMs: null, callers: null }
    const firstAtMs = lastAtMs - lastedMs
    if (other === null || other[0] === lastIp) return { ...row, firstAtMs, callers: null }
    const [ip, atMs, more] = other
    const callers: Caller[] = [
      [lastIp, firstAtMs, lastAtMs, count],
      [ip, Math.min(atMs, lastAtMs), Math.min(atMs, lastAtMs), more],
    ]
    return { ...row, count: count + more, firstAtMs: null, callers }
  })

/** The rows of one flush: one for each slot, in their order. */
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
        const expected = new Map<number, Known>()
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

/** The counts of a slot: its uses, and those of each address. */
type Known = {
  slot: number
  count: number
  lastAtMs: number
  lastIp: string | null
  byIp: Record<string, [firstAtMs: number, lastAtMs: number, count: number]>
}

function sum(known: Known | undefined, row: UsageRow): Known {
  const { slot, lastAtMs, lastIp } = row
  const isLast = lastAtMs >= (known?.lastAtMs ?? 0)
  const last = isLast ? { lastAtMs, lastIp } : known!
  const byIp = { ...known?.byIp }
  for (const [ip, first, lastOfIp, count] of callersOf(row)) {
    const before = byIp[`${ip}`] ?? [first, lastOfIp, 0]
    byIp[`${ip}`] = [Math.min(before[0], first), Math.max(before[1], lastOfIp), before[2] + count]
  }
  return {
    slot,
    count: (known?.count ?? 0) + row.count,
    lastAtMs: last.lastAtMs,
    lastIp: last.lastIp,
    byIp,
  }
}

function callersOf({ firstAtMs, lastAtMs, lastIp, count, callers }: UsageRow): Caller[] {
  if (firstAtMs !== null) return [[lastIp, firstAtMs, lastAtMs, count]]
  return callers ?? []
}

function note(path: string, rows: UsageRow[]): void {
  const writer = openUsageWriter(path)
  writer.noteBatch(toColumns(rows), { serviceTokens: [], refusals: [] }, [])
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

function rowsIn(path: string): Known[] {
  const database = new Sqlite(path)
  const rows = database
    .prepare<[], StoredUsageRow>(`select ${rowColumns} from key_usage order by slot`)
    .all()
  database.close()
  return rows.map((row) => sum(undefined, toUsageRow(row)))
}
