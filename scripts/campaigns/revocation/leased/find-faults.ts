// Plants each fault in copies of the sources, and sees that a run on real processes finds it.
import { createDatabase, startPostgres } from '../../../testkit/processes/postgres.ts'
import { asError } from '../../../../server/src/lib/caught.ts'
import { leasedFaults } from './leased-faults.ts'
import { hasBroken, runLeased, type LeasedReport, type LeasedRunOptions } from './run-leased.ts'

/**
 * @param names of the faults
 * @param print takes a line for each fault
 * @returns how many were not found
 */
export async function findFaults(
  options: LeasedRunOptions,
  names: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const server = await startPostgres()
  let missed = 0
  try {
    for (const [at, fault] of names.entries()) {
      const run = { ...options, ...leasedFaults[fault]?.options, fault }
      const isOnPostgres = run.nodes > 1
      const databaseUrl = isOnPostgres
        ? await createDatabase(server.url, `fault_${at}`, 'template0')
        : undefined
      const { isFound, result } = await find({ ...run, databaseUrl })
      if (!isFound) missed++
      print(`${fault}: ${result}`)
    }
  } finally {
    await server.stop()
  }
  return missed
}

async function find(run: LeasedRunOptions): Promise<{ isFound: boolean; result: string }> {
  try {
    const report = await runLeased(run)
    const after = `after ${report.ended} keys in ${report.seconds.toFixed(0)} s`
    if (!hasBroken(report)) return { isFound: false, result: `NOT FOUND ${after}` }
    return { isFound: true, result: `${after}, ${findingOf(report)}` }
  } catch (error) {
    return { isFound: false, result: `NOT FOUND: ${asError(error).message}` }
  }
}

function findingOf({ stale: [first], afterMinute }: LeasedReport): string {
  if (first !== undefined) return `a yes ${first.lateMs.toFixed(0)} ms late`
  return afterMinute > 0 ? 'a yes by a minute that was over' : 'an end that was held up'
}
