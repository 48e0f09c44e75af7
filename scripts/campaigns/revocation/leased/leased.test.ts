import { expect, onTestFinished, test } from 'vitest'
import { createDatabase, startPostgres } from '../../../testkit/processes/postgres.ts'
import { changed } from '../../../testkit/faults/planted-copy.ts'
import { leasedFaults } from './leased-faults.ts'
import { runLeased, type LeasedRunOptions } from './run-leased.ts'

const options: LeasedRunOptions = {
  revocations: 24,
  verifiers: 2,
  managers: 4,
  nodes: 1,
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

test('nor with three nodes that are frozen, and a database that is slow and cut off', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const databaseUrl = await createDatabase(server.url, 'leased', 'template0')
  const few = { revocations: 12, nodes: 3, restarts: 0, databaseUrl }
  const report = await runLeased({ ...options, ...few })
  expect(report.stale).toEqual([])
  expect(report.ended).toBe(few.revocations)
})

test('every fault that a campaign plants fits the sources', () => {
  for (const { changes } of Object.values(leasedFaults))
    for (const change of changes) expect(changed(change)).not.toBe('')
})

test('a service that answers changes without confirmations is found', async () => {
  const fault = 'changes are answered without confirmations'
  const { stale } = await runLeased({ ...options, restarts: 0, fault })
  expect(stale).not.toEqual([])
})
