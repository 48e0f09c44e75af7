import type { CountedUses, UsageBatch } from './batch.ts'
import { hourOf, slotOf } from './slot.ts'
import { present } from '../../lib/typed.ts'

// Room for the position of a use in its batch.
const POSITIONS = 2 ** 16
const OUTCOMES = 2 ** 3

/** One row to be added to what is known of a key, an outcome and an hour. */
export type UsageRow = {
  slot: number
  count: number
  lastAtMs: number
  lastIp: string | null
}

/**
 * Adds up a batch of at most 65,536 uses. Rows come in the order of the table: so it is written
 * fastest, and no two writers deadlock.
 */
export function summarize({
  count,
  keyNumbers,
  outcomes,
  timesMs,
  ips,
  ipNumbers,
  counted,
}: UsageBatch): UsageRow[] {
  // By key, by outcome, and then as they happened: one number for each, so that sorting is cheap.
  const order = new Float64Array(count)
  for (let at = 0; at < count; at++)
    order[at] = (present(keyNumbers[at]) * OUTCOMES + present(outcomes[at])) * POSITIONS + at
  order.sort()

  const rows: UsageRow[] = []
  let row: UsageRow | undefined
  for (const place of order) {
    const at = place % POSITIONS
    const atMs = present(timesMs[at])
    // A clock that is set back counts on in the hour that it had reached.
    const slot: number = Math.max(
      slotOf(present(keyNumbers[at]), present(outcomes[at]), hourOf(atMs)),
      row?.slot ?? 0,
    )
    if (row?.slot !== slot) {
      row = { slot, count: 0, lastAtMs: atMs, lastIp: null }
      rows.push(row)
    }
    row.count++
    if (atMs < row.lastAtMs) continue
    row.lastAtMs = atMs
    row.lastIp = ips[present(ipNumbers[at])] ?? null
  }
  return counted.length === 0 ? rows : addCounted(rows, counted)
}

function addCounted(rows: UsageRow[], counted: CountedUses[]): UsageRow[] {
  const bySlot = new Map(rows.map((row) => [row.slot, row]))
  for (const { keyNumber, outcome, count, atMs, ip } of counted) {
    const slot = slotOf(keyNumber, outcome, hourOf(atMs))
    const row = bySlot.get(slot) ?? { slot, count: 0, lastAtMs: atMs, lastIp: null }
    row.count += count
    if (atMs >= row.lastAtMs) {
      row.lastAtMs = atMs
      row.lastIp = ip
    }
    bySlot.set(slot, row)
  }
  return [...bySlot.values()].toSorted((a, b) => a.slot - b.slot)
}
