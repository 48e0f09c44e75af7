import { expect, test } from 'vitest'
import { runLeased, type LeasedRunOptions } from './run-leased.ts'

const options: LeasedRunOptions = {
  revocations: 24,
  verifiers: 2,
  managers: 4,
  workers: 1,
  seed: 1,
  maxSeconds: 150,
  isTroubled: true,
  longestStopMs: 3000,
  restarts: 1,
}

test.each([1, 2])(
  'no process accepts a key by its lease after the end of the key was answered, WORKERS=%i',
  async (workers) => {
    const report = await runLeased({ ...options, workers })
    expect(report.stale).toEqual([])
    expect(report.ended).toBe(options.revocations)
    expect(report.restarts).toBe(1)
    expect(report.acceptedByLease).toBeGreaterThan(0)
    expect(report.stops + report.kills + report.cuts).toBeGreaterThan(0)
  },
)

test('a service that answers changes without confirmations is found', async () => {
  const fault = 'changes are answered without confirmations'
  const { stale } = await runLeased({ ...options, restarts: 0, fault })
  expect(stale).not.toEqual([])
})
