import { randomBytes, randomUUID } from 'node:crypto'
import { readConfig } from '../../../server/src/config/config.ts'
import type { Context } from '../../../server/src/features/context.ts'
import { leasesBeside } from '../../../server/src/features/leases/leases-beside.ts'
import { makeContext } from '../../../server/src/features/make-context.ts'
import { makeLogger } from '../../../server/src/lib/log/log.ts'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import type { Db } from '../../../server/src/store/schema/database.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { readDatabaseUrl } from '../../../server/src/config/database-url.ts'

/** Writes to the database of a running service, for states that take months or thousands of calls. */
export async function withDatabase(
  { env }: Service,
  work: (db: Db) => Promise<unknown>,
): Promise<void> {
  const database = await openDatabase(readDatabaseUrl(env['DATABASE_URL']!), { as: 'command' })
  try {
    await work(database.db)
  } finally {
    await database.close()
  }
}

/** Works with a context beside a running service, as its commands do. */
export async function withContext<T>(
  { env }: Service,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  const config = readConfig(env)
  const database = await openDatabase(config.database, { as: 'command' })
  try {
    const log = makeLogger('warn', process.stderr)
    const leases = leasesBeside(database)
    const ctx = await makeContext(config, database, log, Date.now, { leases })
    const result = await work(ctx)
    await ctx.usage.close()
    return result
  } finally {
    await database.close()
  }
}

/** Makes keys older than they are. */
export async function setCreatedAt(service: Service, keyIds: string[], at: string): Promise<void> {
  await withDatabase(service, (db) =>
    db.updateTable('api_keys').set({ created_at: at }).where('id', 'in', keyIds).execute(),
  )
}

// SQLite takes at most 32,766 parameters in one statement.
const ROWS_AT_ONCE = 999

/** Adds keys named `Key 0` and so on, a minute old; nobody has their secrets. */
export async function addKeys(
  service: Service,
  organizationId: string,
  count: number,
): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    id: `key_${randomUUID().replaceAll('-', '')}`,
    hash_head: randomBytes(8).readBigInt64LE(),
    hash: randomBytes(32),
    organization_id: organizationId,
    last4: 'last',
    label: `Key ${at}`,
    label_folded: `key ${at}`,
    environment: 'production' as const,
    scopes: '[]',
    allowed_ips: '[]',
    created_at: new Date(Date.now() - 60_000 - at).toISOString(),
  }))
  await withDatabase(service, async (db) => {
    for (let start = 0; start < count; start += ROWS_AT_ONCE)
      await db
        .insertInto('api_keys')
        .values(rows.slice(start, start + ROWS_AT_ONCE))
        .execute()
  })
}
