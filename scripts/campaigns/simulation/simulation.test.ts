import { expect, test } from 'vitest'
import { startNode } from '../../testkit/processes/child.ts'
import { findFault } from './find-fault.ts'
import { faults, foundBefore } from './faults.ts'
import { playSchedule } from './schedule.ts'

const SCRIPT = 'scripts/campaigns/simulation/simulation.ts'

// Plain Node plays them in half the time that the test runner needs. Among them is each schedule
// that found the rarest of the planted faults.
test('no schedule of fifty thousand breaks a promise', async () => {
  expect(Math.max(...Object.values(foundBefore))).toBeLessThan(50_000)
  const { code, stdout, stderr } = await startNode(SCRIPT, ['--schedules', '50000'], {}).ended
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^50000 schedules: \d{6} verdicts by a lease.*; 0 broke a promise\n$/)
  expect(code).toBe(0)
})

test('each planted fault is found', async () => {
  const { code, stdout, stderr } = await startNode(SCRIPT, ['--faults'], {}).ended
  expect(stderr).toBe('')
  expect(stdout).not.toContain('NOT FOUND')
  expect(stdout).toContain(`${faults.length} faults were planted; 0 were not found`)
  expect(code).toBe(0)
})

test('the same seed plays the same schedule', () => {
  for (let seed = 0; seed < 20; seed++) expect(playSchedule(seed)).toEqual(playSchedule(seed))
})

test('a fault that fits the sources no more is an error, not a fault that is not found', async () => {
  const changes = [{ file: 'shared/src/verification/lease-times.ts', from: 'is not there', to: '' }]
  const fault = { name: 'none', rule: 'stale yes' as const, changes }
  await expect(findFault(fault, 1)).rejects.toThrow('does not have exactly once')
})
