import { mergeCallers, readCallers, writeCallers, type Caller } from './callers.ts'

/** One row to be added to what is known of a key, an outcome and an hour. */
export type UsageRow = {
  slot: number
  count: number
  lastAtMs: number
  lastIp: string | null
  /**
   * The first of them, where all came from `lastIp`, as they mostly do: so counting them by
   * address costs no row of its own.
   */
  firstAtMs: number | null
  /** Where they came from several addresses; null with `firstAtMs`, or where it is not known. */
  callers: Caller[] | null
}

/** The columns of `key_usage` by these names. */
export type StoredUsageRow = Omit<UsageRow, 'callers'> & { callers: string | null }

export function toUsageRow({ callers, ...row }: StoredUsageRow): UsageRow {
  return { ...row, callers: readCallers(callers) }
}

export function toStoredRow({ callers, ...row }: UsageRow): StoredUsageRow {
  return { ...row, callers: writeCallers(callers) }
}

/** Two rows of one slot as one. On a tie of last uses the `later` one wins. */
export function addRows(earlier: UsageRow, later: UsageRow): UsageRow {
  const last = later.lastAtMs >= earlier.lastAtMs ? later : earlier
  const firstAtMs = sharedFirst(earlier, later)
  return {
    slot: later.slot,
    count: earlier.count + later.count,
    lastAtMs: last.lastAtMs,
    lastIp: last.lastIp,
    firstAtMs,
    callers: firstAtMs === null ? allCallers(earlier, later) : null,
  }
}

/** The first use of both, if all came from one address. */
function sharedFirst(one: UsageRow, other: UsageRow): number | null {
  if (one.firstAtMs === null || other.firstAtMs === null) return null
  return one.lastIp === other.lastIp ? Math.min(one.firstAtMs, other.firstAtMs) : null
}

function allCallers(...rows: UsageRow[]): Caller[] | null {
  const callers = rows.flatMap(callersOf)
  return callers.length === 0 ? null : mergeCallers(callers)
}

function callersOf({ count, lastAtMs, lastIp, firstAtMs, callers }: UsageRow): Caller[] {
  if (firstAtMs !== null) return [[lastIp, firstAtMs, lastAtMs, count]]
  return callers ?? []
}
