import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { summarize } from './summarize.ts'
import type { Caller } from './callers.ts'
import { addRows, type UsageRow } from './usage-row.ts'
import { usageLog } from '../../features/usage/write-behind/usage-log.ts'
import type { UsageBatch } from './batch.ts'
import { hourOf, readSlot, slotOf } from './slot.ts'

type Use = { keyNumber: number; outcome: number; atMs: number; ip: string | null }

/** Uses as the log hands them over. */
async function batchOf(uses: Use[]): Promise<UsageBatch> {
  const batches: UsageBatch[] = []
  const log = usageLog({
    foldAlone: async () => undefined,
    merge: async () => undefined,
    write: async (batch) => void batches.push(batch),
    close: async () => undefined,
  })
  for (const { keyNumber, outcome, atMs, ip } of uses)
    log.record(ownedBy(keyNumber), outcomes[outcome]!, atMs, ip)
  await log.flush()
  return batches[0]!
}

function ownedBy(number: number) {
  return { number, organizationId: `org_${number % 3}`, environment: 'production' as const }
}

const use = fc.record({
  keyNumber: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 30 - 1 })),
  outcome: fc.nat(outcomes.length - 1),
  atMs: fc.integer({ min: 1_792_000_000_000, max: 1_792_000_000_000 + 3 * 3_600_000 }),
  ip: fc.constantFrom(null, '203.0.113.7', '2001:db8::1'),
})
const uses = fc.array(use, { minLength: 1, maxLength: 60 })

test('a batch is added up by key, outcome and hour, with the last use and callers of each', async () => {
  await fc.assert(
    fc.asyncProperty(uses, async (noted) => {
      const inTime = noted.toSorted((a, b) => a.atMs - b.atMs)
      const expected = new Map<number, UsageRow>()
      for (const { keyNumber, outcome, atMs, ip } of inTime) {
        const slot = slotOf(keyNumber, outcome, hourOf(atMs))
        const known = expected.get(slot)
        const row = {
          slot,
          count: 1,
          lastAtMs: atMs,
          lastIp: ip,
          firstAtMs: atMs,
          callers: null,
        }
        expected.set(slot, known === undefined ? row : addRows(known, row))
      }
      const rows = [...expected.values()].toSorted((a, b) => a.slot - b.slot)
      expect(summarize(await batchOf(inTime)).map(inOrder)).toEqual(rows.map(inOrder))
    }),
  )
})

/** Callers of one moment have no order. */
function inOrder(row: UsageRow): UsageRow {
  const name = ([ip]: Caller) => `${ip}`
  return { ...row, callers: row.callers?.toSorted((a, b) => (name(a) < name(b) ? -1 : 1)) ?? null }
}

test('of a key that is attacked from many addresses, the twenty last seen are kept', async () => {
  const START_MS = 1_792_000_000_000
  const attack = Array.from({ length: 60_000 }, (_, at) => ({
    keyNumber: 1,
    outcome: 0,
    atMs: START_MS + at,
    ip: `2001:db8::${at.toString(16)}`,
  }))
  const [row, ...others] = summarize(await batchOf(attack))
  expect(others).toEqual([])
  expect(row!.count).toBe(60_000)
  expect(row!.callers!.map(([ip]) => ip)).toEqual(
    attack
      .slice(-20)
      .map(({ ip }) => ip)
      .toReversed(),
  )
  expect(addRows(row!, { ...row!, callers: [['192.0.2.1', 1, 1, 1]] }).callers).toHaveLength(20)
})

test('a clock that jumps about loses no use, and leaves each row once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(uses, async (noted) => {
      const rows = summarize(await batchOf(noted))
      const slots = rows.map(({ slot }) => slot)
      expect(slots).toEqual([...new Set(slots)].toSorted((a, b) => a - b))
      const total = (of: number) =>
        rows
          .filter(({ slot }) => readSlot(slot).keyNumber === of)
          .reduce((sum, { count }) => sum + count, 0)
      for (const { keyNumber } of noted)
        expect(total(keyNumber)).toBe(noted.filter((one) => one.keyNumber === keyNumber).length)
    }),
  )
})
