import { existsSync } from 'node:fs'
import type { DatabasePlace } from '../../lib/database-place.ts'
import { ownSqliteFile, prepareSqliteFiles } from '../sqlite/prepare-files.ts'
import { openDatabase } from '../open-database.ts'
import { adoptCopy } from '../adopt/adopt-copy.ts'
import { DatabaseError } from '../interface/open-database.ts'
import type { Tallies } from './copy-file.ts'
import { loadPostgres } from './load-postgres.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'
import type { JobControl } from './job-control.ts'
import type { Snapshot } from './snapshot.ts'
import { openServiceSnapshot } from './sqlite-snapshot.ts'
import { writeCopy, type CopyTarget } from './write-copy.ts'

/**
 * Copies everything from one database to another, which must be empty, and compares. Whenever it
 * ends early, the target is as it was; to go on where it ended would be to mix two moments.
 *
 * @throws {DatabaseError} when a service runs on the source, or something is in the target
 */
export async function moveDatabase(
  from: DatabasePlace,
  to: DatabasePlace,
  control: JobControl,
): Promise<Tallies> {
  const { snapshot, release } = await takeSource(from)
  try {
    if (to.dialect === 'sqlite') return await moveToFile(snapshot, to.path, control)
    const database = await openDatabase(to, { as: 'command' }) // makes the schema
    await database.close()
    return await loadPostgres(snapshot, to.url, control)
  } finally {
    await snapshot.close()
    release()
  }
}

/** Keeps services from the source until it is released. */
async function takeSource(from: DatabasePlace): Promise<{ snapshot: Snapshot; release(): void }> {
  const database = await openDatabase(from, { as: 'command', mustExist: true }) // brings the schema up to date
  await database.close()
  if (from.dialect === 'postgres')
    return { snapshot: await openPostgresSnapshot(from.url, true), release: () => undefined }
  const release = ownSqliteFile(from.path)
  if (!release) throw new DatabaseError(`A service is running on ${from.path}: stop it first`)
  return { snapshot: openServiceSnapshot(from.path), release }
}

async function moveToFile(snapshot: Snapshot, path: string, control: JobControl): Promise<Tallies> {
  const release = ownSqliteFile(path)
  if (!release) throw new DatabaseError(`A service is running on ${path}`)
  try {
    if (existsSync(path)) throw new DatabaseError(`There is a database at ${path} already`)
    const madeAt = new Date().toISOString()
    const target: CopyTarget = { path, purpose: 'move', mayReplace: false, madeAt }
    const tallies = await writeCopy(snapshot, target, control)
    prepareSqliteFiles(path)
    adoptCopy(path)
    return tallies
  } finally {
    release()
  }
}
