import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { toColumns } from '../../usage/columns.ts'
import type { UsageRow } from '../../usage/usage-row.ts'
import { openUsageWriter } from './usage-file.ts'
import { openUsageSnapshot } from './usage-snapshot.ts'
import { prepareUsageFile } from './usage-tables.ts'

test('a snapshot counts what is only noted, and once what a merge under way has added', () => {
  const dir = mkdtempSync(join(tmpdir(), 'usage-'))
  const path = join(dir, 'keys-usage.db')
  prepareUsageFile(path)
  const writer = openUsageWriter(path)
  onTestFinished(() => {
    writer.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const row = (slot: number, lastAtMs: number, lastIp: string | null = null): UsageRow => ({
    slot,
    count: 1,
    lastAtMs,
    lastIp,
    firstAtMs: lastAtMs,
    callers: null,
  })
  const note = (...rows: UsageRow[]) =>
    writer.noteBatch(toColumns(rows), { serviceTokens: [], refusals: [] }, [])
  const seen = () => {
    const snapshot = openUsageSnapshot(path)
    const rows = snapshot.prepare(
      'select slot, count, last_at_ms, first_at_ms, callers from usage_now order by slot',
    )
    const all = rows.raw().all()
    snapshot.close()
    return all
  }
  note(row(1, 10), row(2, 20))
  note(row(1, 30))
  const noted = [
    [1, 2, 30, 10, null],
    [2, 1, 20, 20, null],
  ]
  expect(seen()).toEqual(noted)
  writer.beginMerge()
  writer.mergeRows([{ ...row(1, 30), count: 2, firstAtMs: 10 }])
  expect(seen()).toEqual(noted)
  note(row(1, 40, '192.0.2.1'))
  const callers = JSON.stringify([
    ['192.0.2.1', 40, 40, 1],
    [null, 10, 30, 2],
  ])
  expect(seen()).toEqual([
    [1, 3, 40, null, callers],
    [2, 1, 20, 20, null],
  ])
})
