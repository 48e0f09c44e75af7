import type { Random } from '../../../testkit/load/random.ts'
import type { Campaign } from '../campaign.ts'
import { diskFaults } from './disk-faults.ts'
import type { Fault } from './fault.ts'
import { postgresFaults } from './postgres-faults.ts'
import { runRound } from './round.ts'
import { sqliteFaults } from './sqlite-faults.ts'
import { ownPostgres, withSubject } from './subject.ts'

const all = [...diskFaults, ...sqliteFaults, ...postgresFaults]

export const faults: Campaign = {
  name: 'faults',
  summary: 'disks, files, networks and databases fail under load',
  rounds: { short: 1, long: 2 * all.length },
  async run({ rounds, random, signal, tally }) {
    const possible = all.filter(isPossible)
    const postgres = ownPostgres()
    let left: Fault[] = []
    try {
      for (let round = 0; round < rounds && !signal.aborted; round++) {
        if (left.length === 0) left = shuffled(possible, random)
        const fault = left.shift()!
        const workers = random.chance(0.25) ? 2 : 1
        await withSubject(fault, postgres, workers, (subject) =>
          runRound(fault, subject, random, tally),
        )
        tally.rounds++
      }
    } finally {
      await postgres.stop()
    }
  },
}

function isPossible(fault: Fault): boolean {
  const reason = fault.impossible?.()
  if (reason !== undefined) process.stderr.write(`faults: skipped "${fault.name}": ${reason}\n`)
  return reason === undefined
}

function shuffled<T>(items: T[], random: Random): T[] {
  const rest = [...items]
  const drawn: T[] = []
  while (rest.length > 0) drawn.push(...rest.splice(random.between(0, rest.length - 1), 1))
  return drawn
}
