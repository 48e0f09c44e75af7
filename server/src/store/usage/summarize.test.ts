import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes } from '@zentrix/shared/schemas/usage.ts'
import { summarize, type UsageRow } from './summarize.ts'
import { usageLog } from '../../features/usage/usage-log.ts'
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
    log.record(keyNumber, outcomes[outcome]!, atMs, ip)
  await log.flush()
  return batches[0]!
}

const use = fc.record({
  keyNumber: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 30 - 1 })),
  outcome: fc.nat(outcomes.length - 1),
  atMs: fc.integer({ min: 1_792_000_000_000, max: 1_792_000_000_000 + 3 * 3_600_000 }),
  ip: fc.constantFrom(null, '203.0.113.7', '2001:db8::1'),
})
const uses = fc.array(use, { minLength: 1, maxLength: 60 })

test('a batch is added up by key, outcome and hour, with the last use of each', async () => {
  await fc.assert(
    fc.asyncProperty(uses, async (noted) => {
      const inTime = noted.toSorted((a, b) => a.atMs - b.atMs)
      const expected = new Map<number, UsageRow>()
      for (const { keyNumber, outcome, atMs, ip } of inTime) {
        const slot = slotOf(keyNumber, outcome, hourOf(atMs))
        const count = (expected.get(slot)?.count ?? 0) + 1
        expected.set(slot, { slot, count, lastAtMs: atMs, lastIp: ip })
      }
      const rows = [...expected.values()].toSorted((a, b) => a.slot - b.slot)
      expect(summarize(await batchOf(inTime))).toEqual(rows)
    }),
  )
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
