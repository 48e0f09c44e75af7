import { createDatabase, dropDatabase } from '../../../testkit/processes/postgres.ts'
import type { Campaign, CampaignOptions } from '../campaign.ts'
import type { Amounts } from './fill.ts'
import { verifyMeanwhile } from './meanwhile.ts'
import { openPlace, type Place } from './place.ts'
import { makePriceList } from './price-list.ts'
import { describePrices } from './table.ts'

type Round = {
  where: string
  isPostgres?: boolean
  workers?: number
  works: ((place: Place, round: Round, options: CampaignOptions) => Promise<void>)[]
}

const rounds: Round[] = [
  { where: 'SQLite', works: [listPrices, attack] },
  { where: 'SQLite, two workers', workers: 2, works: [attack] },
  { where: 'PostgreSQL', isPostgres: true, works: [listPrices, attack] },
]

export const prices: Campaign = {
  name: 'prices',
  summary: 'the dearest request of each kind to every route',
  rounds: { short: 1, long: rounds.length },
  run,
}

const inFull: Amounts = { keys: 9500, events: 100_000, members: 1000 }
const inShort: Amounts = { keys: 9500, events: 20_000, members: 1000 }
const KINDS_IN_SHORT = 2

async function run(options: CampaignOptions): Promise<void> {
  for (const round of rounds.slice(0, options.rounds)) {
    if (options.signal.aborted) return
    await runRound(round, options)
    options.tally.rounds++
  }
}

async function runRound(round: Round, options: CampaignOptions): Promise<void> {
  const { isPostgres = false, workers = 1 } = round
  const database = `prices_${Date.now()}`
  const { postgresUrl } = options
  const databaseUrl = isPostgres
    ? await createDatabase(postgresUrl, database, 'template0')
    : undefined
  try {
    const place = await openPlace({ databaseUrl, workers, amounts: amountsFor(options) })
    try {
      for (const work of round.works) await work(place, round, options)
    } finally {
      await place.close()
    }
  } finally {
    if (isPostgres) await dropDatabase(postgresUrl, database)
  }
}

const isShort = ({ rounds: count }: CampaignOptions) => count < rounds.length

const amountsFor = (options: CampaignOptions) => (isShort(options) ? inShort : inFull)

async function listPrices(place: Place, { where }: Round, options: CampaignOptions): Promise<void> {
  const sample = isShort(options) ? KINDS_IN_SHORT : undefined
  const list = await makePriceList(place, { ...options, sample })
  options.tally.violations.push(...list.faults.map((fault) => `${where}: ${fault}`))
  options.tally.notes.push(`on ${where}, ${describePrices(list).join('\n')}`)
}

async function attack(place: Place, { where }: Round, options: CampaignOptions): Promise<void> {
  await verifyMeanwhile(place, where, options)
}
