import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Tallies } from '../../../../server/src/store/copy/copy-file.ts'
import { tables, type TableName } from '../../../../server/src/store/schema/tables.ts'
import type { Campaign, CampaignOptions } from '../campaign.ts'
import { killAfter } from '../crash/kill-after.ts'
import {
  assertWholeCopy,
  command,
  ended,
  KEYS_TO_IMPORT,
  makePlace,
  makeSource,
  talliesOf,
  type Place,
  type Source,
} from './places.ts'

/** Kills the commands that write a whole database: afterwards all of it is there, or nothing. */
export const data: Campaign = {
  name: 'data',
  summary: 'killed while it copies a database or imports keys',
  rounds: { short: 2, long: 120 },
  run,
}

// Until one has been seen to its end.
const GUESSED_MS = 1000
// A kill can hit only the later part; the first is Node's start.
const EARLIEST = 0.3

const doings = ['backup', 'restore', 'move', 'import'] as const
type Doing = (typeof doings)[number]

/** A command, the place it writes to, and how that looks before and after. */
type Work = {
  place: Place
  start(): ReturnType<typeof command>
  /** @throws when it is neither untouched nor whole */
  isDone(): Promise<boolean>
}

async function run(options: CampaignOptions): Promise<void> {
  const { rounds, random, signal, tally } = options
  const tookMs = new Map<Doing, number>()
  const source = await makeSource()
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const doing = random.pick(doings)
      const about = `round ${round}, ${doing}`
      const work = await workOf(doing, source, round, options)
      try {
        const likelyMs = tookMs.get(doing) ?? GUESSED_MS
        const afterMs = Math.floor(likelyMs * (EARLIEST + random.between(0, 1000) / 1000))
        const { code } = await killAfter(work.start(), afterMs)
        if (code === null) tally.crashes++
        const isDone = await work.isDone()
        if (code === 0 && !isDone) throw new Error('it said that it was done')
        if (!isDone) {
          const startedMs = performance.now()
          await ended(work.start())
          tookMs.set(doing, performance.now() - startedMs)
          if (!(await work.isDone())) throw new Error('done again, it is not done')
        }
        const changed = differing(source.tallies, await talliesOf(`file:${source.path}`))
        if (changed.length > 0) throw new Error(`the source changed: ${changed.join(', ')}`)
      } catch (error) {
        tally.violations.push(`${about}, ${work.place.dialect}: ${String(error)}`)
      } finally {
        await work.place.remove()
      }
      tally.rounds++
    }
  } finally {
    source.remove()
  }
}

async function workOf(
  doing: Doing,
  source: Source,
  round: number,
  { random, postgresUrl }: CampaignOptions,
): Promise<Work> {
  const dialect = random.chance(0.5) ? 'sqlite' : 'postgres'
  const at = { serverUrl: postgresUrl, name: `data_${round}_${random.between(0, 1e6)}` }
  const place = await makePlace(
    source,
    doing === 'restore' || doing === 'move' ? 'nothing' : 'source',
    dialect,
    at,
  )
  const from = `file:${source.path}`
  switch (doing) {
    case 'backup':
      return { place, ...backupWork(source, place, `${at.name}.db`) }
    case 'restore':
      return {
        place,
        start: () => command(place.url, ['restore', source.backup]),
        isDone: () => isWhole(source, place, endedByRestore),
      }
    case 'move':
      return {
        place,
        start: () => command(from, ['move', '--from', from, '--to', place.url]),
        isDone: () => isWhole(source, place, []),
      }
    case 'import':
      return { place, ...importWork(source, place) }
  }
}

// Tables that a restore does not bring back, and where it notes that.
const endedByRestore: TableName[] = [
  'sessions',
  'verifications',
  'idempotent_results',
  'spent_tokens',
  'deployment',
]

function backupWork(source: Source, place: Place, name: string) {
  const file = join(source.dir, name)
  return {
    start: () => command(place.url, ['backup', file]),
    async isDone() {
      if (!existsSync(file)) return false
      await assertWholeCopy(file)
      const left = readdirSync(source.dir).filter((other) => other.startsWith(`${name}.`))
      if (left.length > 0) throw new Error(`${left.join(', ')} were left`)
      return true
    },
  }
}

async function isWhole(source: Source, place: Place, except: TableName[]): Promise<boolean> {
  if (!place.isThere()) return false
  const found = await talliesOf(place.url)
  if (found.users.rows === 0 && found.api_keys.rows === 0 && found.audit_events.rows === 0)
    return false
  const differ = differing(source.tallies, found).filter((table) => !except.includes(table))
  if (differ.length > 0) throw new Error(`half of it is there: ${differ.join(', ')} differ`)
  return true
}

function importWork({ organizationId, linesToImport, tallies }: Source, place: Place) {
  return {
    start: () => command(place.url, ['import', '--organization', organizationId, linesToImport]),
    async isDone() {
      const found = await talliesOf(place.url)
      const keys = found.api_keys.rows - tallies.api_keys.rows
      const events = found.audit_events.rows - tallies.audit_events.rows
      if (keys !== events || (keys !== 0 && keys !== KEYS_TO_IMPORT))
        throw new Error(`${keys} keys and ${events} events were imported`)
      if (keys > 0) await ended(command(place.url, ['audit-verify']))
      return keys > 0
    },
  }
}

function differing(wanted: Tallies, found: Tallies): TableName[] {
  return tables.filter((table) => JSON.stringify(wanted[table]) !== JSON.stringify(found[table]))
}
