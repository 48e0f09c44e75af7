// Fills a PostgreSQL database with keys, and counts what it is asked.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { hashHead, hashSecret } from '../../../server/src/crypto/hash.ts'
import type { Db } from '../../../server/src/store/schema/database.ts'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import { makeSecrets } from './keys.ts'

const ORGANIZATION = 'org_bench'
// The server adds up what its sessions did about once a second.
const STATISTICS_DELAY_MS = 1500

/** Migrates a database and stores that many keys, whose secrets go to `secretsPath`. */
export async function seedPostgres(url: string, secretsPath: string, count: number): Promise<void> {
  const batches: string[][] = []
  makeSecrets(secretsPath, count, (secrets) => void batches.push(secrets))
  await withDatabase(url, async (db) => {
    await sql`insert into organizations (id, name, slug, created_at, subscription)
      values (${ORGANIZATION}, 'Bench', ${ORGANIZATION}, now(), 'active')`.execute(db)
    let made = 0
    for (const secrets of batches) {
      const hashes = secrets.map(hashSecret)
      const heads = hashes.map((hash) => `${hashHead(hash)}`)
      const digits = secrets.map(() => `${made++}`.padStart(9, '0'))
      const last4s = secrets.map((secret) => secret.slice(-4))
      await sql`insert into api_keys (hash_head, id, organization_id, hash, last4, label,
          label_folded, environment, scopes, allowed_ips, rate_limit_per_minute, created_at)
        select head, 'key_01JQ0000000000000' || digits, ${ORGANIZATION}, hash, last4,
          'Key ' || digits, 'key ' || digits, 'production', '[]', '[]', 1000000, now()
        from unnest(${heads}::bigint[], ${digits}::text[], ${hashes}::bytea[], ${last4s}::text[])
          as made (head, digits, hash, last4)`.execute(db)
    }
    await sql`vacuum analyze api_keys`.execute(db)
  })
}

/** How many transactions the database has done so far. */
export async function transactionsOf(url: string): Promise<number> {
  await sleep(STATISTICS_DELAY_MS)
  return withDatabase(url, async (db) => {
    const { rows } = await sql<{ count: number }>`select xact_commit as count
      from pg_stat_database where datname = current_database()`.execute(db)
    return Number(rows[0]!.count)
  })
}

async function withDatabase<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const { db, close } = await openDatabase({ dialect: 'postgres', url }, { as: 'command' })
  try {
    return await work(db)
  } finally {
    await close()
  }
}
