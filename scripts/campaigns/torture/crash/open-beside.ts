import { readConfig } from '../../../../server/src/config/config.ts'
import type { Context } from '../../../../server/src/features/context.ts'
import { makeLogger } from '../../../../server/src/lib/log/log.ts'
import { makeContext } from '../../../../server/src/features/make-context.ts'
import { openDatabase } from '../../../../server/src/store/open-database.ts'
import { AUTH_SECRET } from './deployment.ts'

/**
 * Looks into a database as a command does. Nobody may stay in it when its service is killed:
 * SQLite recovers only what nobody has open any more.
 */
export async function openBeside<T>(
  databaseUrl: string,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  const config = readConfig({ DATABASE_URL: databaseUrl, AUTH_SECRET })
  const database = await openDatabase(config.database, { as: 'command' })
  try {
    const ctx = await makeContext(config, database, makeLogger('warn', process.stderr))
    const result = await work(ctx)
    await ctx.usage.close()
    return result
  } finally {
    await database.close()
  }
}
