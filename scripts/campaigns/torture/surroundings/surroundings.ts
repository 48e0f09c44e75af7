import { setTimeout as sleep } from 'node:timers/promises'
import {
  hostileDatabases,
  type HostileDatabase,
} from '../../../testkit/surroundings/hostile-postgres.ts'
import { liveALife } from '../../../testkit/surroundings/live-a-life.ts'
import { openDatabase } from '../../../../server/src/store/open-database.ts'
import { startNode, type Settings } from '../../../testkit/processes/child.ts'
import { startService, type Service } from '../../../testkit/processes/service.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import { createDatabase, dropDatabase, openSession } from '../../../testkit/processes/postgres.ts'
import type { Campaign, CampaignOptions } from '../campaign.ts'

/** Lives the whole life of keys, commands included, in one hostile place after the other. */
const settings: Settings = {
  AUTH_SECRET: 'a-secret-for-hostile-surroundings',
  BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
  ALLOW_SIGN_UP: 'true',
  LOG_LEVEL: 'warn',
}

/** Options of a process. */
const strangeProcess: Settings = {
  TZ: 'Asia/Kathmandu',
  LANG: 'tr_TR.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  PGOPTIONS: '-c datestyle=German -c default_transaction_isolation=serializable',
}

type Surroundings = { env: Settings; database?: HostileDatabase }

// The first two are those of a test: everything at once, on each database.
const all: Surroundings[] = [
  { env: strangeProcess },
  ...hostileDatabases
    .toSorted((a, b) => Number(a.isPart ?? false) - Number(b.isPart ?? false))
    .map((database) => ({ env: strangeProcess, database })),
]

export const surroundings: Campaign = {
  name: 'surroundings',
  summary: 'settings of databases, processes and languages that nobody would choose',
  rounds: { short: 2, long: all.length },
  run,
}

async function run({ rounds, postgresUrl, signal, tally }: CampaignOptions): Promise<void> {
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    const { env, database } = all[round % all.length]!
    const name = `surroundings_${round}`
    const where = database?.name ?? 'SQLite'
    try {
      const databaseUrl = database && (await makeHostile(database, postgresUrl, name))
      const given = { ...settings, ...env, ...(databaseUrl && { DATABASE_URL: databaseUrl }) }
      if (database?.refused) await expectRefused(given, database.refused)
      else await live(given)
    } catch (error) {
      tally.violations.push(`${where}: ${(error as Error).message}`)
    } finally {
      if (database) await dropDatabase(postgresUrl, name)
    }
    tally.faults++
    tally.rounds++
  }
}

async function makeHostile(
  { statements }: HostileDatabase,
  serverUrl: string,
  name: string,
): Promise<string> {
  const url = await createDatabase(serverUrl, name, 'template0')
  const database = await openDatabase({ dialect: 'postgres', url }, { as: 'command' })
  await database.close()
  const session = await openSession(url)
  for (const statement of statements) await session.query(statement.replaceAll('NAME', name))
  await session.end()
  return url
}

async function live(env: Settings): Promise<void> {
  const service = await startService(env)
  try {
    await liveALife({
      address: service.url,
      serviceToken: SERVICE_TOKEN,
      pass: (seconds) => sleep(seconds * 1000),
      nowMs: Date.now,
    })
    await expectSound(service)
  } finally {
    await service.remove()
  }
}

async function expectSound(service: Service): Promise<void> {
  const audit = await service.keys('audit-verify')
  if (audit.code !== 0) throw new Error(`audit-verify: ${audit.stdout}${audit.stderr}`)
  const { stdout, stderr } = await service.keys('doctor')
  // The PostgreSQL of a campaign is not meant to survive a power loss.
  const wrong = stdout.split('\n').filter((line) => /^WRONG(?! +Durability)/.test(line))
  if (wrong.length > 0 || !stdout.includes('Audit log'))
    throw new Error(`doctor: ${stdout}${stderr}`)
}

async function expectRefused(env: Settings, line: RegExp): Promise<void> {
  const { code, stderr } = await startNode('server/src/boot/main.ts', [], { ...env, PORT: '0' })
    .ended
  const isOneLine = /^[^\n]+\n$/.test(stderr)
  if (code !== 1 || !isOneLine || !line.test(stderr))
    throw new Error(`the start ended with ${code}: ${stderr}`)
}
