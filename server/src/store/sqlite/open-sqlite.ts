import { Kysely } from 'kysely'
import { browsingOf } from '../interface/browsing.ts'
import { DatabaseError, type OpenDatabase, type OpenOptions } from '../interface/open-database.ts'
import type { Database } from '../schema/database.ts'
import { openSqliteReader, usageFollower, watchedFiles } from './connections.ts'
import { turnTakingDialect, readingDialect } from './kysely-dialect.ts'
import { reachThreads, startThreads, writeHere, type OpenThreads } from './threads/open-threads.ts'
import { sqlitePointRead, sqliteReadByHash, sqliteReadsTogether } from './point-read.ts'
import { ownSqliteFile, prepareSqliteFiles } from './prepare-files.ts'
import { remoteSqliteReader } from './threads/remote-reader.ts'
import { usagePath } from './usage/usage-tables.ts'
import { keepLooking } from './watched-files.ts'
import { notingWriter } from './writer.ts'
import { asError } from '../../lib/caught.ts'
import { traceQueries } from '../interface/trace-queries.ts'
import { present } from '../../lib/typed.ts'

/**
 * Opens the file of keys, and the file of usage beside it.
 *
 * @param adopt makes a service's database of a copy that was put in its place
 * @throws {DatabaseError} when another service owns the file, or it cannot be used
 */
export function openSqlite(
  path: string,
  options: OpenOptions,
  adopt: (path: string) => void,
): OpenDatabase {
  try {
    const release = options.as === 'service' ? ownSqliteFile(path) : () => undefined
    if (!release)
      throw new DatabaseError(`Another service is running on ${path}: stop it, or set DATABASE_URL`)
    if (options.as !== 'worker') {
      prepareSqliteFiles(path)
      adopt(path)
    }
    const { writer, ports, connectThreads, closeThreads } = threadsOf(path, options)
    const reader = openSqliteReader(path)
    const files = watchedFiles(reader, path)
    const followUsage = usageFollower(reader, path)
    const stopLooking = keepLooking(() => {
      files.look()
      followUsage()
    })
    const traced = traceQueries('sqlite')
    const db = new Kysely<Database>({
      dialect: turnTakingDialect(notingWriter(writer, files)),
      ...traced,
    })
    const committed = new Kysely<Database>({ dialect: readingDialect(reader, files), ...traced })
    const browsed = ports
      ? new Kysely<Database>({
          dialect: turnTakingDialect(remoteSqliteReader(ports.reader, files)),
          ...traced,
        })
      : committed
    return {
      dialect: 'sqlite',
      db,
      committed,
      browsing: browsingOf(browsed),
      peopleDb: db,
      usagePath: usagePath(path),
      hasThreads: ports !== undefined,
      readsTogether: sqliteReadsTogether(reader),
      pool: () => ({}),
      look: () => files.look(),
      takeDoubt: () => files.takeDoubt(),
      pointRead: (_, query) => sqlitePointRead(reader, files, query(committed).compile()),
      readByHash: (_, { one }) => sqliteReadByHash(reader, files, one(committed).compile()),
      connectThreads,
      async close() {
        stopLooking()
        await browsed.destroy()
        await committed.destroy()
        reader.close() // Kysely leaves open what nothing was asked of yet
        await db.destroy()
        await closeThreads()
        release()
      },
    }
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`Cannot use the database file ${path}: ${asError(error).message}`)
  }
}

function threadsOf(path: string, options: OpenOptions): OpenThreads {
  if (options.as === 'worker') return reachThreads(present(options.ports))
  return options.as === 'service' && options.inThreads ? startThreads(path) : writeHere(path)
}
