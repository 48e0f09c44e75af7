import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { toColumns } from '../../usage/columns.ts'
import { slotOf } from '../../usage/slot.ts'
import type { UsageRow } from '../../usage/usage-row.ts'
import { prepareSqliteFiles } from '../prepare-files.ts'
import { openUsageWriter } from './usage-file.ts'
import { usagePath } from './usage-tables.ts'

const HOUR = 500_000

test('the uses that an earlier version counted are added up by organization, once', () => {
  const dir = mkdtempSync(join(tmpdir(), 'usage-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'keys.db')
  prepareSqliteFiles(path)
  const keys = new Sqlite(path)
  keys.exec(`
    create table api_keys (number integer, organization_id text, environment text);
    insert into api_keys values (1, 'org_1', 'production'), (2, 'org_1', 'staging'),
      (3, 'org_1', 'production')`)
  keys.close()
  const row = (keyNumber: number, outcome: number, count: number): UsageRow => ({
    slot: slotOf(keyNumber, outcome, HOUR),
    count,
    lastAtMs: 0,
    lastIp: null,
    firstAtMs: null,
    callers: null,
  })
  const writer = openUsageWriter(usagePath(path))
  writer.replaceRows([], [row(1, 0, 5), row(2, 0, 1), row(3, 0, 2), row(4, 0, 9)])
  writer.noteBatch(
    toColumns([row(1, 0, 10), row(1, 1, 1)]),
    { serviceTokens: [], refusals: [] },
    [],
  )
  writer.close()
  // As the version before left it.
  const usage = new Sqlite(usagePath(path))
  usage.exec(`
    drop table organization_usage;
    alter table key_usage drop column first_at_ms;
    alter table key_usage drop column callers;
    alter table usage_batches drop column first_at_ms;
    alter table usage_batches drop column callers;`)
  usage.close()
  for (let start = 0; start < 2; start++) {
    prepareSqliteFiles(path)
    const filled = new Sqlite(usagePath(path), { readonly: true })
    expect(filled.prepare('select * from organization_usage').raw().all()).toEqual([
      ['org_1', 'production', 0, HOUR, 17],
      ['org_1', 'production', 1, HOUR, 1],
      ['org_1', 'staging', 0, HOUR, 1],
    ])
    filled.close()
  }
})
