import { sql, type Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DatabaseError, type OpenDatabase } from './interface/open-database.ts'
import { migrations } from './migrations/list.ts'
import { ownSchema } from './postgres/own-schema.ts'
import type { Database } from './schema/database.ts'
import { asError } from '../lib/caught.ts'

/**
 * Brings a schema up to date.
 *
 * @throws {DatabaseError} when a newer version made it, or when there is none and one must exist
 */
export async function migrate(
  { db, dialect }: Pick<OpenDatabase, 'db' | 'dialect'>,
  mustExist = false,
): Promise<void> {
  const known = migrations(dialect)
  try {
    const schema = dialect === 'postgres' ? await ownSchema(db) : undefined
    const provider = { getMigrations: async () => known }
    const migrator = new Migrator({
      db,
      provider,
      ...(schema !== undefined && { migrationTableSchema: schema }),
    })
    const applied = await appliedMigrations(db, schema)
    if (mustExist && applied.length === 0)
      throw new DatabaseError(
        'There are no tables of this service in the PostgreSQL database: start the service once, or check DATABASE_URL',
      )
    const newer = applied.find((name) => !(name in known))
    if (newer !== undefined)
      throw new DatabaseError(
        `The database was made by a newer version of this service (it has migration ${newer})`,
      )
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`Cannot prepare the database: ${asError(error).message}`)
  }
}

/** The names of the migrations that have run. @param schema where PostgreSQL has the tables */
export async function appliedMigrations(db: Kysely<Database>, schema?: string): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const isOurs = (table: { name: string; schema?: string }) =>
    table.name === 'kysely_migration' && (schema === undefined || table.schema === schema)
  if (!tables.some(isOurs)) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map((row) => row.name)
}
