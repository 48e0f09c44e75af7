import type { CountedUses, UsageBatch } from './batch.ts'
import { mergeCallers, type Caller } from './callers.ts'
import { hourOf, slotOf } from './slot.ts'
import { addRows, type UsageRow } from './usage-row.ts'
import { present } from '../../lib/typed.ts'

// Room for the position of a use in its batch.
const POSITIONS = 2 ** 16
const OUTCOMES = 2 ** 3

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
  let ipNumber = 0
  let callers: Map<number, Caller> | undefined
  for (const place of order) {
    const at = place % POSITIONS
    const atMs = present(timesMs[at])
    // A clock that is set back counts on in the hour that it had reached.
    const slot: number = Math.max(
      slotOf(present(keyNumbers[at]), present(outcomes[at]), hourOf(atMs)),
      row?.slot ?? 0,
    )
    const from = present(ipNumbers[at])
    if (row?.slot !== slot) {
      if (row !== undefined) endRow(row, callers)
      callers = undefined
      ipNumber = from
      const lastIp = ips[from] ?? null
      row = { slot, count: 1, lastAtMs: atMs, lastIp, firstAtMs: atMs, callers: null }
      rows.push(row)
      continue
    }
    if (callers === undefined && from !== ipNumber)
      callers = new Map([[ipNumber, [row.lastIp, row.firstAtMs ?? atMs, row.lastAtMs, row.count]]])
    row.count++
    if (callers !== undefined) noteCaller(callers, from, ips[from] ?? null, atMs)
    else if (atMs < present(row.firstAtMs)) row.firstAtMs = atMs
    if (atMs < row.lastAtMs) continue
    row.lastAtMs = atMs
    row.lastIp = ips[from] ?? null
  }
  if (row !== undefined) endRow(row, callers)
  return counted.length === 0 ? rows : addCounted(rows, counted)
}

function endRow(row: UsageRow, callers: Map<number, Caller> | undefined): void {
  if (callers === undefined) return
  row.firstAtMs = null
  row.callers = mergeCallers([...callers.values()])
}

function noteCaller(
  callers: Map<number, Caller>,
  ipNumber: number,
  ip: string | null,
  atMs: number,
): void {
  const caller = callers.get(ipNumber)
  if (caller === undefined) return void callers.set(ipNumber, [ip, atMs, atMs, 1])
  caller[1] = Math.min(caller[1], atMs)
  caller[2] = Math.max(caller[2], atMs)
  caller[3]++
}

function addCounted(rows: UsageRow[], counted: CountedUses[]): UsageRow[] {
  const bySlot = new Map(rows.map((row) => [row.slot, row]))
  for (const { keyNumber, outcome, count, atMs, ip } of counted) {
    const slot = slotOf(keyNumber, outcome, hourOf(atMs))
    const row = { slot, count, lastAtMs: atMs, lastIp: ip, firstAtMs: atMs, callers: null }
    const known = bySlot.get(slot)
    bySlot.set(slot, known === undefined ? row : addRows(known, row))
  }
  return [...bySlot.values()].toSorted((a, b) => a.slot - b.slot)
}
