import { foundBefore, type Fault } from './faults.ts'
import { machinesWith } from './plant.ts'
import { playSchedule } from './schedule.ts'

export type FaultReport = { name: string; expected: string; rule: string | undefined; seed: number }

/** Plays schedules until one of them breaks the rule that the fault should break. */
export async function findFault(fault: Fault, schedules: number): Promise<FaultReport> {
  const { name, rule: expected } = fault
  const faulty = await machinesWith(fault.changes ?? [])
  const first = foundBefore[name] ?? 0
  for (let seed = first; seed < first + schedules; seed++) {
    const { findings } = playSchedule(seed, faulty, fault.service)
    const found = findings.find(({ rule }) => rule === expected)
    if (found) return { name, expected, rule: found.rule, seed }
  }
  return { name, expected, rule: undefined, seed: schedules }
}
