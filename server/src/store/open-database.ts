import { Kysely } from 'kysely'
import type { DatabasePlace } from '../lib/database-place.ts'
import { adoptCopy } from './adopt/adopt-copy.ts'
import { DatabaseError, type OpenDatabase, type OpenOptions } from './interface/open-database.ts'
import { appliedMigrations, migrate } from './migrate.ts'
import { migrations } from './migrations/list.ts'
import { openDialect, openPostgres } from './postgres/open-postgres.ts'
import { forMigrations } from './postgres/pool.ts'
import type { Database } from './schema/database.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { assertOurFile, ownSqliteFile } from './sqlite/prepare-files.ts'

/**
 * Opens the database and brings its schema up to date.
 *
 * @throws {DatabaseError} when there is none and one must exist, when another service owns the
 *   file, when a newer version made the schema, when the file or its folder cannot be written, or when PostgreSQL cannot be reached
 */
export async function openDatabase(
  place: DatabasePlace,
  options: OpenOptions,
): Promise<OpenDatabase> {
  const mustExist = options.as === 'command' && options.mustExist === true
  if (mustExist && place.dialect === 'sqlite') assertOurFile(place.path)
  const database =
    place.dialect === 'postgres'
      ? openPostgres(place.url)
      : openSqlite(place.path, options, adoptCopy)
  try {
    if (options.as === 'worker') return database
    if (place.dialect === 'postgres') await migrateServer(place.url, mustExist)
    else if (options.as === 'command') await migrateUnlessOwned(database, place.path)
    else await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** On a connection of its own, which may take longer than requests may. */
async function migrateServer(url: string, mustExist: boolean): Promise<void> {
  const { dialect } = openDialect(url, forMigrations)
  const db = new Kysely<Database>({ dialect })
  try {
    await migrate({ db, dialect: 'postgres' }, mustExist)
  } finally {
    await db.destroy()
  }
}

/** A command changes the schema of a SQLite file only while no service has it. */
async function migrateUnlessOwned(database: OpenDatabase, path: string): Promise<void> {
  const applied = await appliedMigrations(database.db)
  const isCurrent = Object.keys(migrations(database.dialect)).every((name) =>
    applied.includes(name),
  )
  const release = isCurrent ? () => undefined : ownSqliteFile(path)
  if (!release)
    throw new DatabaseError(`The service on ${path} is of another version, or is starting just now`)
  try {
    await migrate(database)
  } finally {
    release()
  }
}
