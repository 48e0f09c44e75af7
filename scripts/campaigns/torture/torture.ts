// `npm run torture`: mistreats the real service in every way we know, and prints what held.
import { setInterval } from 'node:timers'
import { parseArgs } from 'node:util'
import { startPostgres } from '../../testkit/processes/postgres.ts'
import { randomFrom } from '../../testkit/load/random.ts'
import { campaigns } from './campaigns.ts'
import { emptyTally, type Campaign, type Tally } from './campaign.ts'
import { describeCampaigns, type Outcome } from './report.ts'

const PROGRESS_MS = 5000

const { values } = parseArgs({
  options: {
    // Names of campaigns, separated by commas.
    only: { type: 'string' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    // As many rounds as a test takes.
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
})

const stopping = new AbortController()

function chosen(): Campaign[] {
  const names = values.only?.split(',')
  const unknown = names?.find((name) => campaigns.every((campaign) => campaign.name !== name))
  if (unknown !== undefined)
    throw new Error(
      `no campaign ${unknown}; there are ${campaigns.map(({ name }) => name).join(', ')}`,
    )
  return campaigns.filter(({ name }) => names?.includes(name) ?? true)
}

function wholeNumber(name: 'seed' | 'rounds', max: number): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0 && number <= max) return number
  throw new Error(`--${name} must be a whole number from 0 to ${max}`)
}

async function main(): Promise<void> {
  const seed = wholeNumber('seed', 2 ** 31)
  const outcomes: Outcome[] = []
  const postgres = await startPostgres()
  try {
    for (const campaign of chosen()) {
      if (stopping.signal.aborted) break
      outcomes.push(await outcomeOf(campaign, seed, postgres.url))
    }
  } finally {
    await postgres.stop()
  }
  process.stdout.write(describeCampaigns(outcomes, seed))
  const isClean = outcomes.every(({ tally }) => tally.violations.length === 0)
  if (!isClean || stopping.signal.aborted) process.exitCode = 1
}

async function outcomeOf(campaign: Campaign, seed: number, postgresUrl: string): Promise<Outcome> {
  const { short, long } = campaign.rounds
  const rounds =
    values.rounds === undefined ? (values.short ? short : long) : wholeNumber('rounds', 100_000)
  const tally = emptyTally()
  const startedMs = performance.now()
  const progress = setInterval(() => tell(campaign, tally, rounds), PROGRESS_MS)
  try {
    const { signal } = stopping
    await campaign.run({ rounds, random: randomFrom(seed), postgresUrl, signal, tally })
  } catch (error) {
    // A campaign that ended with an error has proved nothing.
    tally.violations.push(`${campaign.name} ended: ${(error as Error).stack ?? String(error)}`)
  } finally {
    clearInterval(progress)
  }
  return { campaign, tally, seconds: (performance.now() - startedMs) / 1000 }
}

function tell({ name }: Campaign, tally: Tally, rounds: number): void {
  const { length } = tally.violations
  process.stderr.write(`${name}: ${tally.rounds} of ${rounds} rounds, ${length} violations\n`)
}

// A signal alone would leave behind what was started; a second one does not wait for its end.
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  })

main().catch((error: unknown) => {
  process.stderr.write(`torture: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
