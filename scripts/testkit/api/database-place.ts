import type { TestApi } from './kit.ts'

/** The file of a service that runs on SQLite. */
export function sqlitePathOf({ ctx }: TestApi): string {
  const { database } = ctx.config
  if (database.dialect === 'sqlite') return database.path
  throw new Error('this service runs on PostgreSQL')
}

/** The address of the database of a service that runs on PostgreSQL. */
export function postgresUrlOf({ ctx }: TestApi): string {
  const { database } = ctx.config
  if (database.dialect === 'postgres') return database.url
  throw new Error('this service runs on SQLite')
}
