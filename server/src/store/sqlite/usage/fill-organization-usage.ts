import { existsSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import type { Environment } from '@zentrix/shared/keys/environments.ts'
import { isCorruption } from '../../../lib/failures.ts'
import { readSlot, SLOTS_PER_KEY, SLOTS_PER_OUTCOME } from '../../usage/slot.ts'
import { organizationRowsIn } from './organization-rows.ts'
import { notedRows } from './usage-batches.ts'
import { addUsageTables, openUsageFile, usagePath } from './usage-tables.ts'

/**
 * Adds up by organization what a version that did not has counted, once, in the file of usage of a
 * file of keys. A damaged file is left as it is: it is replaced next.
 */
export function fillOrganizationUsage(path: string): void {
  if (!existsSync(usagePath(path))) return
  let database: Sqlite.Database | undefined
  try {
    database = openUsageFile(usagePath(path))
    const has = database
      .prepare<[string, string], number>('select count(*) from sqlite_schema where name in (?, ?)')
      .pluck()
    if (has.get('key_usage', 'organization_usage') !== 1) return
    database.prepare('attach ? as keys').run(path)
    database.transaction(fill).immediate(database)
  } catch (error) {
    if (!isCorruption(error)) throw error
  } finally {
    database?.close()
  }
}

type Owner = { organizationId: string; environment: Environment }

function fill(database: Sqlite.Database): void {
  addUsageTables(database)
  database.exec(`
    insert into organization_usage (organization_id, environment, outcome, hour, count)
    select organization_id, environment, slot % ${SLOTS_PER_KEY} / ${SLOTS_PER_OUTCOME},
      slot % ${SLOTS_PER_OUTCOME}, sum(count)
    from key_usage join keys.api_keys on number = slot / ${SLOTS_PER_KEY}
    where count > 0 group by 1, 2, 3, 4`)
  const find = database.prepare<[number], Owner>(
    'select organization_id as organizationId, environment from keys.api_keys where number = ?',
  )
  const { addOrganizationRows } = organizationRowsIn(database)
  for (const { slot, count } of notedRows(database)) {
    const { keyNumber, outcome, hour } = readSlot(slot)
    const owner = find.get(keyNumber)
    if (owner !== undefined) addOrganizationRows([{ ...owner, outcome, hour, count }])
  }
}
