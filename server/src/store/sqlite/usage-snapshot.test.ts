import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { toColumns } from '../usage/columns.ts'
import { openUsageSnapshot, openUsageWriter, prepareUsageFile } from './usage-file.ts'

test('a snapshot counts what is only noted, and once what a merge under way has added', () => {
  const dir = mkdtempSync(join(tmpdir(), 'usage-'))
  const path = join(dir, 'keys-usage.db')
  prepareUsageFile(path)
  const writer = openUsageWriter(path)
  onTestFinished(() => {
    writer.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const row = (slot: number, lastAtMs: number) => ({ slot, count: 1, lastAtMs, lastIp: null })
  const note = (...rows: ReturnType<typeof row>[]) => writer.noteBatch(toColumns(rows), [])
  const seen = () => {
    const snapshot = openUsageSnapshot(path)
    const rows = snapshot.prepare('select slot, count, last_at_ms from usage_now order by slot')
    const all = rows.raw().all()
    snapshot.close()
    return all
  }
  note(row(1, 10), row(2, 20))
  note(row(1, 30))
  const noted = [
    [1, 2, 30],
    [2, 1, 20],
  ]
  expect(seen()).toEqual(noted)
  writer.beginMerge()
  writer.mergeRows([{ slot: 1, count: 2, lastAtMs: 30, lastIp: null }])
  expect(seen()).toEqual(noted)
  note(row(1, 40))
  expect(seen()).toEqual([
    [1, 3, 40],
    [2, 1, 20],
  ])
})
