// `npm run simulation`: plays schedules of verifiers, nodes, networks and clocks with the real state
// machines of leases, and looks for one that breaks a promise.
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { faults } from './faults.ts'
import { findFault } from './find-fault.ts'
import { joinPlayed, type Played } from './played.ts'

const MAX_SCHEDULES_OF_FAULT = 60_000

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000000' },
    // The first schedule; each has its own number, which repeats it.
    seed: { type: 'string', default: '0' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    // Plants each fault instead, and sees that it is found.
    faults: { type: 'boolean', default: false },
  },
})

function numberOf(name: 'schedules' | 'seed' | 'workers', min: number): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= min) return number
  throw new Error(`--${name} must be a whole number from ${min} on`)
}

async function play(from: number, to: number, step: number): Promise<Played> {
  const worker = new Worker(new URL('simulation-worker.ts', import.meta.url), {
    workerData: { from, to, step },
  })
  const [played] = (await once(worker, 'message')) as [Played]
  return played
}

async function playAll(): Promise<boolean> {
  const [seed, schedules] = [numberOf('seed', 0), numberOf('schedules', 1)]
  const workers = numberOf('workers', 1)
  const parts = Array.from({ length: workers }, (_, at) =>
    play(seed + at, seed + schedules, workers),
  )
  const { broken, examples, ...counts } = joinPlayed(await Promise.all(parts))
  print(
    `${counts.schedules} schedules: ${counts.leased} verdicts by a lease, ${counts.asked} by the ` +
      `service, ${counts.answered} changes answered; ${broken} broke a promise`,
  )
  for (const example of examples) print(JSON.stringify(example))
  return broken === 0
}

async function plantAll(): Promise<boolean> {
  let missed = 0
  for (const fault of faults) {
    const { name, expected, rule, seed } = await findFault(fault, MAX_SCHEDULES_OF_FAULT)
    if (rule === undefined) missed++
    const result = rule === undefined ? `NOT FOUND in ${seed} schedules` : `schedule ${seed}`
    print(`${name}: ${expected}, ${result}`)
  }
  print(`${faults.length} faults were planted; ${missed} were not found`)
  return missed === 0
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

const isGood = values.faults ? await plantAll() : await playAll()
process.exitCode = isGood ? 0 : 1
