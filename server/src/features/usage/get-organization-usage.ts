import { environments } from '@zentrix/shared/keys/environments.ts'
import { maskKey } from '@zentrix/shared/keys/key-format.ts'
import { countedOutcomes } from '@zentrix/shared/verification/outcomes.ts'
import type {
  KeyTotal,
  OrganizationUsage,
  OrganizationUsageQuery,
} from '@zentrix/shared/schemas/usage/usage.ts'
import type { Context } from '../context.ts'
import { toCsvLine, BYTE_ORDER_MARK } from '../../lib/csv.ts'
import type { TenantPrincipal } from '../principals.ts'
import { readSlot } from '../../store/usage/slot.ts'
import { settleUsage } from './write-behind/flush-usage.ts'
import { findDaysCounted } from './fold-usage.ts'
import { listMostUsed, listUsageOf, type UsedKey } from './most-used.store.ts'
import { listOrganizationUsage } from './organization-usage.store.ts'
import { countsOf, organizationByInterval, usageRange } from './usage-range.ts'

/** The uses of all keys of an organization in each interval, up to now, and of the most used keys. */
export async function getOrganizationUsage(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  { environment, ...query }: OrganizationUsageQuery,
): Promise<OrganizationUsage> {
  const range = usageRange(query, ctx.nowMs())
  await settleUsage(ctx)
  const countedUntil = await findDaysCounted(ctx.committed)
  const { browsing, dialect } = ctx.database
  return browsing.read(async (db) => {
    const all = await listOrganizationUsage(db, organizationId, range)
    const rows =
      environment === undefined ? all : all.filter((row) => row.environment === environment)
    const keys = await listMostUsed(db, dialect, organizationId, range, {
      environment,
      countedUntil,
      occurred: new Set(all.map(({ outcome }) => outcome)),
    })
    const numbers = keys.map(({ number }) => number)
    return {
      data: organizationByInterval(rows, range),
      byKey: toTotals(keys, await listUsageOf(db, numbers, range)),
      byEnvironment: environments
        .map((name) => ({ name, rows: rows.filter((row) => row.environment === name) }))
        .filter((found) => found.rows.length > 0)
        .map((found) => ({ environment: found.name, counts: countsOf(found.rows) })),
    }
  })
}

function toTotals(keys: UsedKey[], rows: { slot: number; count: number }[]): KeyTotal[] {
  const uses = rows.map(({ slot, count }) => ({ ...readSlot(slot), count }))
  return keys.map(({ number, id, label, last4, environment }) => ({
    keyId: id,
    label,
    masked: maskKey(last4),
    environment,
    counts: countsOf(uses.filter(({ keyNumber }) => keyNumber === number)),
  }))
}

/** The intervals as a CSV file: the start of each, and its counts by outcome. */
export function usageFile({ data }: OrganizationUsage): string {
  const lines = data.map(({ start, counts }) => [
    start,
    ...countedOutcomes.map((outcome) => `${counts[outcome]}`),
  ])
  return BYTE_ORDER_MARK + [['start', ...countedOutcomes], ...lines].map(toCsvLine).join('')
}
