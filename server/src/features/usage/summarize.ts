import type { UsageBatch } from './usage-log.ts'

const HOUR_MS = 3_600_000
const OUTCOMES_LIMIT = 8
const HOURS_LIMIT = 1024

/** One row to be added to what is known of a key, an outcome and an hour. */
export type UsageRow = {
  keyNumber: number
  outcome: number
  hour: number
  count: number
  lastAtMs: number
  lastIp: string | null
}

/** Adds up a batch. Rows come in key order: that is how the table is kept, and no two writers deadlock. */
export function summarize({ count, keyNumbers, timesMs, ...batch }: UsageBatch): UsageRow[] {
  const rows = new Map<number, UsageRow>()
  for (let at = 0; at < count; at++) {
    const keyNumber = keyNumbers[at]!
    const lastAtMs = timesMs[at]!
    const outcome = batch.outcomes[at]!
    const hour = Math.floor(lastAtMs / HOUR_MS)
    const lastIp = batch.ips[batch.ipNumbers[at]!] ?? null
    // One number names a row: a batch spans moments, so hours may be told apart by their last bits.
    const name = (keyNumber * HOURS_LIMIT + (hour % HOURS_LIMIT)) * OUTCOMES_LIMIT + outcome
    const row = rows.get(name)
    if (row === undefined) rows.set(name, { keyNumber, outcome, hour, count: 1, lastAtMs, lastIp })
    else {
      row.count++
      row.lastAtMs = lastAtMs
      row.lastIp = lastIp
    }
  }
  return [...rows.values()].sort((a, b) => a.keyNumber - b.keyNumber)
}
