import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folded, planFolding, type UsageAge } from './plan-folding.ts'
import { addRows, type UsageRow } from './usage-row.ts'
import { readSlot, slotOf, startOfHour } from './slot.ts'

// Four days: one to be removed, two to be folded, one to stay.
const age: UsageAge = { removeBefore: 24, foldBefore: 72 }
const END = 96

const row = fc
  .record({
    keyNumber: fc.integer({ min: 1, max: 3 }),
    outcome: fc.nat(2),
    hour: fc.nat(END - 1),
    count: fc.integer({ min: 1, max: 1000 }),
    minute: fc.nat(59),
  })
  .map(({ keyNumber, outcome, hour, count, minute }): UsageRow => {
    const lastAtMs = startOfHour(hour) + minute * 60_000
    const slot = slotOf(keyNumber, outcome, hour)
    const lastIp = `at ${lastAtMs}`
    return { slot, count, lastAtMs, lastIp, firstAtMs: lastAtMs, callers: null }
  })
const tables = fc.uniqueArray(row, { selector: ({ slot }) => slot, maxLength: 80 })

/** A table in memory, which is folded as the databases do it, for a number of parts. */
function foldTable(table: Map<number, UsageRow>, limit: number, parts: number): void {
  let after: number | undefined = 0
  for (let part = 0; part < parts && after !== undefined; part++) {
    const rows = inOrder(table).filter(({ slot }) => slot > after!)
    const { fates, next } = planFolding(rows.slice(0, limit + 1), { ...age, after, limit })
    const taken = [...fates.keys()].map((slot) => table.get(slot)!)
    for (const slot of fates.keys()) table.delete(slot)
    for (const added of folded(taken, fates)) {
      const known = table.get(added.slot)
      table.set(added.slot, known === undefined ? added : addRows(known, added))
    }
    after = next
  }
}

function inOrder(table: Map<number, UsageRow>): UsageRow[] {
  return [...table.values()].toSorted((a, b) => a.slot - b.slot)
}

/** The facts that folding must keep: counts by day and by hour, and last uses. */
function factsOf(rows: UsageRow[]) {
  const days = new Map<number, number>()
  const hours = new Map<number, number>()
  const lastUses = new Map<number, [number, string | null]>()
  for (const { slot, count, lastAtMs, lastIp } of rows.toSorted((a, b) => a.slot - b.slot)) {
    const { hour, keyNumber, outcome } = readSlot(slot)
    const day = slot - (hour % 24)
    if (hour >= age.removeBefore) days.set(day, (days.get(day) ?? 0) + count)
    if (hour >= age.foldBefore) hours.set(slot, count)
    if (outcome === 0) lastUses.set(keyNumber, [lastAtMs, lastIp])
  }
  return { days, hours, lastUses }
}

test('folding changes no count of a day, no hour that is young, and no last use, wherever it stops', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 1, max: 9 }), fc.nat(20), (rows, limit, parts) => {
      const table = new Map(rows.map((one) => [one.slot, one]))
      foldTable(table, limit, parts)
      expect(factsOf([...table.values()])).toEqual(factsOf(rows))
    }),
    { numRuns: 500 },
  )
})

test('afterwards old rows are one a day, and of removed days there is at most a last use', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 1, max: 9 }), (rows, limit) => {
      const table = new Map(rows.map((one) => [one.slot, one]))
      foldTable(table, limit, Infinity)
      const old = inOrder(table).filter(({ slot }) => readSlot(slot).hour < age.foldBefore)
      for (const { slot, count } of old) {
        const { hour, outcome } = readSlot(slot)
        expect(hour % 24).toBe(0)
        if (hour < age.removeBefore) expect([outcome, count]).toEqual([0, 0])
      }
    }),
    { numRuns: 500 },
  )
})

test('what is folded already stays as it is', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const table = new Map(rows.map((one) => [one.slot, one]))
      foldTable(table, 7, Infinity)
      const { fates } = planFolding(inOrder(table), { ...age, after: 0, limit: 1000 })
      expect(fates.size).toBe(0)
    }),
  )
})
