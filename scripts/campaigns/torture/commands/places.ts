// Databases that a command may be killed on, and what is in them.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DialectName } from '../../../../server/src/store/schema/dialect.ts'
import { countAll, openCopy, type Tallies } from '../../../../server/src/store/copy/copy-file.ts'
import { loadPostgres } from '../../../../server/src/store/copy/load-postgres.ts'
import { openPostgresSnapshot } from '../../../../server/src/store/copy/postgres-snapshot.ts'
import type { JobControl } from '../../../../server/src/store/copy/job-control.ts'
import { openServiceSnapshot } from '../../../../server/src/store/copy/sqlite-snapshot.ts'
import { openDatabase } from '../../../../server/src/store/open-database.ts'
import { createDatabase, dropDatabase } from '../../../testkit/processes/postgres.ts'
import {
  startNode,
  type Child,
  type Ended,
  type Settings,
} from '../../../testkit/processes/child.ts'
import { startService } from '../../../testkit/processes/service.ts'
import { readDatabaseUrl } from '../../../../server/src/config/database-url.ts'

export const KEYS_IN_SOURCE = 2000
export const KEYS_TO_IMPORT = 3000

const uncontrolled: JobControl = { progress: () => undefined, signal: new AbortController().signal }

const settings: Settings = {
  AUTH_SECRET: 'a-secret-for-commands-that-are-killed',
  BOOTSTRAP_EMAIL: 'owner@example.com',
  BOOTSTRAP_PASSWORD: 'correct horse battery staple',
  LOG_LEVEL: 'warn',
}

/** A database with some thousand keys, which no command may change. */
export type Source = {
  /** For whatever a round makes; emptied by nobody but `remove`. */
  dir: string
  path: string
  backup: string
  linesToImport: string
  organizationId: string
  tallies: Tallies
  remove(): void
}

export async function makeSource(): Promise<Source> {
  const dir = mkdtempSync(join(tmpdir(), 'data-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  try {
    const service = await startService(settings)
    await service.stop()
    cpSync(service.dir, join(dir, 'source'), { recursive: true })
    await service.remove()
    const path = join(dir, 'source/keys.db')
    const [organizationId] = await organizationsOf(`file:${path}`)
    const backup = join(dir, 'backup.db')
    const linesToImport = join(dir, 'later.jsonl')
    writeFileSync(join(dir, 'first.jsonl'), keyLines('first', KEYS_IN_SOURCE))
    writeFileSync(linesToImport, keyLines('later', KEYS_TO_IMPORT))
    const words = ['import', '--organization', organizationId!, join(dir, 'first.jsonl')]
    await ended(command(`file:${path}`, words))
    await ended(command(`file:${path}`, ['backup', backup]))
    const tallies = await talliesOf(`file:${path}`)
    return { dir, path, backup, linesToImport, organizationId: organizationId!, tallies, remove }
  } catch (error) {
    remove()
    throw error
  }
}

export function command(databaseUrl: string, args: string[]): Child {
  const script = 'server/src/commands/cli.ts'
  return startNode(script, args, { ...settings, DATABASE_URL: databaseUrl })
}

/** @throws when it failed */
export async function ended(child: Child): Promise<Ended> {
  const result = await child.ended
  if (result.code !== 0) throw new Error(`a command ended with ${result.code}: ${result.stderr}`)
  return result
}

/**
 * The rows of each table; also brings in order what a killed command has left, as any start does.
 */
export async function talliesOf(databaseUrl: string): Promise<Tallies> {
  const place = readDatabaseUrl(databaseUrl)
  const database = await openDatabase(place, { as: 'command' })
  await database.close()
  const snapshot =
    place.dialect === 'sqlite'
      ? openServiceSnapshot(place.path)
      : await openPostgresSnapshot(place.url, false)
  return countAll(snapshot, uncontrolled).finally(() => snapshot.close())
}

/** Where a command is to write to. */
export type Place = {
  dialect: DialectName
  url: string
  isThere(): boolean
  remove(): Promise<void>
}

/** @param contents nothing, or what the source holds */
export async function makePlace(
  source: Source,
  contents: 'nothing' | 'source',
  dialect: DialectName,
  { serverUrl, name }: { serverUrl: string; name: string },
): Promise<Place> {
  if (dialect === 'sqlite') {
    const dir = join(source.dir, name)
    const path = join(dir, 'keys.db')
    if (contents === 'source') cpSync(join(source.dir, 'source'), dir, { recursive: true })
    const remove = async () => rmSync(dir, { recursive: true, force: true })
    return { dialect, url: `file:${path}`, isThere: () => existsSync(path), remove }
  }
  const url = await createDatabase(serverUrl, name, 'template0')
  if (contents === 'source') {
    const database = await openDatabase({ dialect, url }, { as: 'command' })
    await database.close()
    const { snapshot } = await openCopy(source.backup, uncontrolled)
    await loadPostgres(snapshot, url, uncontrolled).finally(() => snapshot.close())
  }
  return { dialect, url, isThere: () => true, remove: () => dropDatabase(serverUrl, name) }
}

/** @throws when it is not a whole copy */
export async function assertWholeCopy(path: string): Promise<void> {
  const { snapshot } = await openCopy(path, uncontrolled)
  await snapshot.close()
}

async function organizationsOf(databaseUrl: string): Promise<string[]> {
  const database = await openDatabase(readDatabaseUrl(databaseUrl), { as: 'command' })
  try {
    const rows = await database.committed.selectFrom('organizations').select('id').execute()
    return rows.map(({ id }) => id)
  } finally {
    await database.close()
  }
}

function keyLines(name: string, count: number): string {
  const line = (at: number) => {
    const sha256 = createHash('sha256').update(`${name} ${at}`).digest('hex')
    return JSON.stringify({ sha256, label: `${name} ${at}`, last4: 'last' })
  }
  return Array.from({ length: count }, (_, at) => line(at)).join('\n')
}
