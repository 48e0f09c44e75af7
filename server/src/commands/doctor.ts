import { existsSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { authSecretPath, lacks } from '../config/auth-secret.ts'
import { ConfigError, readConfig, type Config } from '../config/config.ts'
import type { Context } from '../features/context.ts'
import { findNewestEventAt } from '../features/audit/audit-reads.ts'
import { verifyNewest } from '../features/audit/verify-log.ts'
import { openRedis } from '../features/rate-limits/open-redis.ts'
import { WrongAuthSecretError } from '../features/widget/signing-keys.ts'
import { makeLogger } from '../lib/log/log.ts'
import { makeContext } from '../features/make-context.ts'
import { examineSettings } from '../store/postgres/examine-settings.ts'
import { usagePath } from '../store/sqlite/usage/usage-tables.ts'
import { migrations } from '../store/migrations/list.ts'
import { openDatabase } from '../store/open-database.ts'
import { DatabaseError, type OpenDatabase } from '../store/interface/open-database.ts'
import { CommandError, print, type Command } from './command.ts'
import { asError } from '../lib/caught.ts'
import { present } from '../lib/typed.ts'

const NEWEST_EVENTS = 1000
const MAX_CLOCK_DIFFERENCE_MS = 5000

/** Something that was looked at. `fault` says what is wrong with it, `state` how it is otherwise. */
type Finding = { about: string } & ({ state: string } | { fault: string })

export const doctor: Command = {
  name: 'doctor',
  usage: '',
  summary:
    'check the settings, the database, its files, AUTH_SECRET, the audit log, the clock and Redis',
  async runAlone(env, args) {
    parseArgs({ args })
    let faults = 0
    for await (const finding of examine(env)) {
      const isFault = 'fault' in finding
      if (isFault) faults += 1
      const says = isFault ? finding.fault : finding.state
      print(`${isFault ? 'WRONG' : 'ok   '}  ${finding.about.padEnd(13)}  ${says}`)
    }
    if (faults > 0)
      throw new CommandError(faults === 1 ? 'One thing is wrong.' : `${faults} things are wrong.`)
  },
}

/** Looks at one thing after the other, and ends where nothing more can be seen. */
async function* examine(env: NodeJS.ProcessEnv): AsyncGenerator<Finding> {
  const config = orError(() => readConfig(env), ConfigError)
  if (config instanceof Error) return yield { about: 'Settings', fault: config.message }
  yield { about: 'Settings', state: `valid; the portal is at ${config.publicUrl}` }

  // Opening either would make it, and hide that it was not there.
  const missing = findMissing(config)
  if (missing) return yield missing
  const opening = openDatabase(config.database, { as: 'command', mustExist: true })
  const database = await opening.catch((error: unknown) => expected(error, DatabaseError))
  if (database instanceof Error) return yield { about: 'Database', fault: database.message }
  try {
    const schema = Object.keys(migrations(database.dialect)).at(-1)
    yield { about: 'Database', state: `reached (${database.dialect}), schema ${schema}` }
    if (config.database.dialect === 'sqlite') yield examineFiles(config, config.database.path)
    else {
      yield await examineSession(database)
      yield await examineDurability(database)
    }
    yield* examineContents(config, database)
    if (config.redisUrl !== undefined) yield await examineRedis(config)
  } finally {
    await database.close()
  }
}

function findMissing(config: Config): Finding | undefined {
  const { database } = config
  if (database.dialect === 'sqlite' && !existsSync(database.path))
    return {
      about: 'Database',
      fault: `there is none at ${database.path}; a start of the service makes it`,
    }
  if (config.authSecret === undefined && !existsSync(authSecretPath(config)))
    return {
      about: 'AUTH_SECRET',
      fault: lacks(authSecretPath(config)),
    }
  return undefined
}

function examineFiles(config: Config, path: string): Finding {
  const files = [path, usagePath(path)].flatMap((file) => [file, `${file}-wal`, `${file}-shm`])
  if (config.authSecret === undefined) files.push(authSecretPath(config))
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0)
  return open.length === 0
    ? { about: 'Files', state: 'readable by their owner alone' }
    : { about: 'Files', fault: `others may read or write them; chmod 600 ${open.join(' ')}` }
}

/** A wrong value that is not ours to change has refused the connection already. */
async function examineSession({ db }: OpenDatabase): Promise<Finding> {
  const { count, overruled } = await examineSettings(db)
  const others = overruled.length === 0 ? '' : `; the service overrules ${overruled.join(', ')}`
  return { about: 'Session', state: `all ${count} settings of PostgreSQL are right${others}` }
}

/** Checks settings that only the server can have; a connection cannot turn them on. */
async function examineDurability({ db }: OpenDatabase): Promise<Finding> {
  const about = 'Durability'
  const { rows } = await sql<{ fsync: string; pages: string }>`
    select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages
  `.execute(db)
  const { fsync, pages } = present(rows[0])
  if (fsync === 'on' && pages === 'on') return { about, state: 'the server writes to its disk' }
  const setting = fsync === 'on' ? 'full_page_writes' : 'fsync'
  return { about, fault: `the server has ${setting} = off: a power loss may destroy the database` }
}

async function* examineContents(config: Config, database: OpenDatabase): AsyncGenerator<Finding> {
  const log = makeLogger('silent', process.stderr)
  const making = makeContext(config, database, log)
  const ctx = await making.catch((error: unknown) =>
    expected(error, WrongAuthSecretError, ConfigError),
  )
  if (ctx instanceof Error) return yield { about: 'AUTH_SECRET', fault: ctx.message }
  try {
    yield { about: 'AUTH_SECRET', state: 'is the one that the database was made with' }
    const faults = await verifyNewest(ctx, NEWEST_EVENTS)
    yield faults.length === 0
      ? { about: 'Audit log', state: 'its end is sound; audit-verify looks at all of it' }
      : { about: 'Audit log', fault: `${faults[0]}; audit-verify tells more` }
    yield await examineClock(ctx)
  } finally {
    await ctx.usage.close()
  }
}

async function examineClock(ctx: Context): Promise<Finding> {
  const about = 'Clock'
  const { rows } = await sql<{ now: string }>`select current_timestamp as now`.execute(
    ctx.committed,
  )
  // SQLite writes 2026-03-05 14:30:00, in UTC.
  const theirs = Date.parse(present(rows[0]).now.replace(/^(\S+) (\S+)$/, '$1T$2Z'))
  const differenceMs = Math.abs(ctx.nowMs() - theirs)
  if (differenceMs > MAX_CLOCK_DIFFERENCE_MS)
    return { about, fault: `${Math.round(differenceMs / 1000)} s off the database's clock` }
  const newest = await findNewestEventAt(ctx)
  if (newest !== undefined && Date.parse(newest) > ctx.nowMs() + MAX_CLOCK_DIFFERENCE_MS)
    return { about, fault: `behind the newest audit event, which is of ${newest}` }
  return { about, state: `${ctx.now()}, as the database has it` }
}

/** Asks what the service's limiter asks, and whether a full Redis would reset budgets. */
async function examineRedis(config: Config): Promise<Finding> {
  const about = 'Redis'
  const log = makeLogger('silent', process.stderr)
  const redis = await openRedis(config, log).then(present, (error: unknown) =>
    expected(error, ConfigError),
  )
  if (redis instanceof Error) return { about, fault: redis.message }
  try {
    const failure = await redis.firstFailure
    if (failure) return { about, fault: `cannot be reached: ${failure.message}` }
    const policy = await redis.send(['CONFIG', 'GET', 'maxmemory-policy']).then(
      (answer): unknown => (Array.isArray(answer) ? answer[1] : undefined),
      () => undefined, // hosted ones often refuse to tell
    )
    if (policy === undefined)
      return {
        about,
        state: 'reached; it does not tell its maxmemory-policy: noeviction is needed',
      }
    return policy === 'noeviction'
      ? { about, state: 'reached, and evicts nothing' }
      : { about, fault: `has maxmemory-policy ${policy}, which forgets budgets: set noeviction` }
  } finally {
    await redis.close()
  }
}

type ErrorKind = new (...args: never[]) => Error

/** Returns an error of an expected kind. @throws any other */
function expected(error: unknown, ...kinds: ErrorKind[]): Error {
  if (kinds.some((kind) => error instanceof kind)) return asError(error)
  throw error
}

function orError<T>(read: () => T, kind: ErrorKind): T | Error {
  try {
    return read()
  } catch (error) {
    return expected(error, kind)
  }
}
