import { durably } from '../pragmas.ts'
import type { UsageBatch } from '../../usage/batch.ts'
import type { UsageColumns } from '../../usage/columns.ts'
import type { OrganizationUsage } from '../../usage/sum-by-organization.ts'
import { batchesIn } from './usage-batches.ts'
import { dayRowsIn } from './day-rows.ts'
import { organizationRowsIn } from './organization-rows.ts'
import { refusalsIn } from './refusals.ts'
import { rowsIn } from './usage-rows.ts'
import { openUsageFile } from './usage-tables.ts'

export type UsageWriter = ReturnType<typeof openUsageWriter>

/** Opens the file for the one thread that writes it. */
export function openUsageWriter(path: string) {
  const database = openUsageFile(path)
  const moveUse = database.prepare<[string, number, string | null]>(
    `insert into service_token_uses (service_token_id, last_at_ms, last_ip)
     values (?, ?, ?)
     on conflict do update set last_at_ms = excluded.last_at_ms, last_ip = excluded.last_ip
     where service_token_uses.last_at_ms <= excluded.last_at_ms`,
  )
  const { addRows, readRows, replaceRows } = rowsIn(database)
  const refusals = refusalsIn(database)
  const { addOrganizationRows, foldOrganization } = organizationRowsIn(database)
  const inTransaction = <T>(work: () => T): T => database.transaction(work).immediate()
  const { note, ...batches } = batchesIn(database, addRows)
  return {
    inTransaction,
    ...batches,
    /** Waits for the disk, so that a power loss takes no more than what was not noted yet. */
    noteBatch(
      columns: UsageColumns,
      { serviceTokens, refusals: refused }: Pick<UsageBatch, 'serviceTokens' | 'refusals'>,
      organizations: OrganizationUsage[],
    ): void {
      const noteAll = () => {
        note(columns)
        refusals.add(refused)
        addOrganizationRows(organizations)
        for (const [id, atMs, ip] of serviceTokens) moveUse.run(id, atMs, ip)
      }
      durably(database, () => inTransaction(noteAll))
    },
    readRows,
    replaceRows,
    /** Removes the refusals of keys from one number to another that are older than a moment. */
    removeRefusals: refusals.removeOld,
    foldOrganization,
    ...dayRowsIn(database),
    close: () => database.close(),
  }
}
