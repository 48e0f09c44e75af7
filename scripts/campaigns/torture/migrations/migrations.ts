import { setTimeout as sleep } from 'node:timers/promises'
import type { DialectName } from '../../../../server/src/store/schema/dialect.ts'
import { migrations as migrationsOf } from '../../../../server/src/store/migrations/list.ts'
import { startNode, type Settings } from '../../../testkit/processes/child.ts'
import { startService } from '../../../testkit/processes/service.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import type { Campaign, CampaignOptions } from '../campaign.ts'
import { describeContents } from './contents.ts'
import { postgresPlace, sqlitePlace, type Place } from './place.ts'

/** Kills the first start on a database, or the first of a newer version, while it makes its tables. */
export const migrations: Campaign = {
  name: 'migrations',
  summary: 'killed while it makes its tables',
  rounds: { short: 2, long: 40 },
  run,
}

const MOST_KILLS = 3
const POLL_MS = 1
// From opening the database until all is made, about.
const MAKING_MS: Record<DialectName, number> = { sqlite: 250, postgres: 700 }

const settings: Settings = {
  AUTH_SECRET: 'a-secret-for-services-killed-at-start',
  BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
  BOOTSTRAP_EMAIL: 'owner@example.com',
  BOOTSTRAP_PASSWORD: 'correct horse battery staple',
  LOG_LEVEL: 'warn',
  PORT: '0',
}

async function run(options: CampaignOptions): Promise<void> {
  const { rounds, random, postgresUrl, signal, tally } = options
  const expected = new Map<DialectName, string[]>()

  /** An empty place, or one that an older version has left. */
  async function placeFor(dialect: DialectName, round: string, doneCount: number) {
    if (dialect === 'sqlite') return sqlitePlace(doneCount)
    return postgresPlace(postgresUrl, `migrations_${round}`, doneCount)
  }

  /** The result of an undisturbed first start. */
  async function expectedIn(dialect: DialectName): Promise<string[]> {
    const known = expected.get(dialect)
    if (known) return known
    const place = await placeFor(dialect, 'undisturbed', 0)
    try {
      const contents = await contentsAfterStart(place, 1)
      expected.set(dialect, contents)
      return contents
    } finally {
      await place.remove()
    }
  }

  for (let round = 0; round < rounds && !signal.aborted; round++) {
    const dialect = round % 2 === 0 ? 'sqlite' : 'postgres'
    const wanted = await expectedIn(dialect)
    const count = Object.keys(migrationsOf(dialect)).length
    const doneCount = random.chance(0.5) ? 0 : random.between(1, count - 1)
    const place = await placeFor(dialect, `${round}`, doneCount)
    try {
      for (let kills = random.between(1, MOST_KILLS); kills > 0; kills--) {
        await killMaking(place, random.between(0, MAKING_MS[dialect]))
        // A migration that was done already shows nothing.
        if ((await place.countDone()) < count) tally.crashes++
      }
      // Several nodes may start at once.
      const nodes = dialect === 'postgres' && random.chance(0.5) ? 2 : 1
      const found = await contentsAfterStart(place, nodes)
      for (const difference of differencesOf(wanted, found))
        tally.violations.push(`round ${round}, ${dialect}, from step ${doneCount}: ${difference}`)
    } catch (error) {
      tally.violations.push(`round ${round}, ${dialect}, from step ${doneCount}: ${String(error)}`)
    } finally {
      await place.remove()
    }
    tally.rounds++
  }
}

/** Starts a service, and kills it a while after it has opened the database. */
async function killMaking(place: Place, afterMs: number): Promise<void> {
  const env = { ...settings, DATABASE_URL: place.databaseUrl }
  const child = startNode('server/src/boot/main.ts', [], env)
  const ended = new AbortController()
  void child.ended.then(() => ended.abort())
  while (!ended.signal.aborted && !(await place.isEntered())) await sleep(POLL_MS)
  await sleep(afterMs)
  child.process.kill('SIGKILL')
  const { code, stderr } = await child.ended
  if (code !== null) throw new Error(`a start ended with ${code}: ${stderr}`)
}

async function contentsAfterStart(place: Place, nodes: number): Promise<string[]> {
  const { PORT: _, ...env } = settings
  const starts = await Promise.allSettled(
    Array.from({ length: nodes }, () => startService({ ...env, DATABASE_URL: place.databaseUrl })),
  )
  for (const start of starts) if (start.status === 'fulfilled') await start.value.remove()
  for (const start of starts) if (start.status === 'rejected') throw start.reason
  return place.read((db) => describeContents(db, place.dialect))
}

function differencesOf(wanted: string[], found: string[]): string[] {
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `missing ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `not wanted ${line}`),
  ]
}
