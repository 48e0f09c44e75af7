import { expect, inject, onTestFinished, test } from 'vitest'
import { delayedReplica } from '../../testkit/processes/delayed-replica.ts'
import { createDatabase, dropDatabase, startPostgres } from '../../testkit/processes/postgres.ts'
import { run, type RunOptions, type RunReport } from './run.ts'

const options: RunOptions = {
  revocations: 200,
  clients: 6,
  managers: 8,
  nodes: 1,
  workers: 1,
  seed: 1,
  maxSeconds: 50,
}
const timeoutMs = 180_000

test(
  'no key is accepted after it was revoked, rotated or disabled, and no live one is refused',
  async () => {
    const report = await run(options)
    expectClean(report, options.revocations)
  },
  timeoutMs,
)

test(
  'nor with two nodes on one database',
  async () => {
    const name = 'revocation_two_nodes'
    const databaseUrl = await createDatabase(inject('postgresUrl'), name)
    onTestFinished(() => dropDatabase(inject('postgresUrl'), name))
    const report = await run({ ...options, revocations: 80, nodes: 2, databaseUrl })
    expectClean(report, 80)
  },
  timeoutMs,
)

test(
  'a cache of 50 ms between clients and service is found out',
  async () => {
    const report = await run({ ...options, revocations: 60, cacheMs: 50 })
    const rules = new Set(report.examples.map(({ rule }) => rule))
    expect(rules).toContain('accepted after its end')
    expect(report.examples.every(({ ask }) => ask.kind === 'verify')).toBe(true)
  },
  timeoutMs,
)

test(
  'nor with three nodes while one is killed and the database crashes; a late replica is found out',
  async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const few = { ...options, clients: 4, managers: 4, nodes: 3, revocations: 30 }
    const databaseUrl = await createDatabase(server.url, 'revocation_broken', 'template0')
    const restartDatabase = async () => {
      await server.crash()
      await server.resume()
    }
    const broken = await run({
      ...few,
      databaseUrl,
      kills: 1,
      databaseRestarts: 1,
      restartDatabase,
    })
    expect(broken.examples).toEqual([])
    expect(broken.violations).toBe(0)
    expect(broken.revocations).toBeGreaterThanOrEqual(30)
    expect(broken.unanswered).toBeGreaterThan(0)

    const late = await run({ ...few, ...(await delayedReplica(server, 50)) })
    expect(late.examples.map(({ rule }) => rule)).toContain('accepted after its end')
  },
  timeoutMs,
)

function expectClean(report: RunReport, revocationCount: number): void {
  expect(report.examples).toEqual([])
  expect(report.violations).toBe(0)
  expect(report.changes.rotate).toBeGreaterThan(0)
  expect(report.changes.overlap).toBeGreaterThan(0)
  expect(report.expired).toBeGreaterThan(0)
  // That means little unless much was asked when an old answer would have shown.
  const { revocations, asks, within1Ms } = report
  expect(revocations).toBeGreaterThanOrEqual(revocationCount)
  expect(within1Ms).toBeGreaterThan(revocationCount)
  for (const { accepted, refused } of [asks.verify, asks.check, asks.mint, asks.consume]) {
    expect(accepted).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  }
}
