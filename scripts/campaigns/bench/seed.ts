// Fills a database with keys as fast as SQLite takes them, and keeps it for later runs.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { hashHead, hashSecret } from '../../../server/src/crypto/hash.ts'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import { makeSecrets } from './keys.ts'

export type Seeded = { databaseUrl: string; path: string; secretsPath: string }

const ORGANIZATION = 'org_bench'

/** A database with that many keys; made once. */
export async function seededDatabase(folder: string, count: number): Promise<Seeded> {
  const dir = join(folder, `keys-${count}`)
  const path = join(dir, 'keys.db')
  const seeded = { databaseUrl: `file:${path}`, path, secretsPath: join(dir, 'secrets') }
  if (existsSync(join(dir, 'done'))) return seeded
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const { close } = await openDatabase({ dialect: 'sqlite', path }, { as: 'command' })
  await close()
  fill(path, seeded.secretsPath, count)
  writeFileSync(join(dir, 'done'), '')
  return seeded
}

function fill(path: string, secretsPath: string, count: number): void {
  const database = new Sqlite(path)
  database.pragma('journal_mode = OFF')
  database.pragma('synchronous = OFF')
  database.pragma('cache_size = -6000000') // keys lie in the order of their hashes: any page is next
  const now = new Date().toISOString()
  database
    .prepare(
      `insert into organizations (id, name, slug, created_at, subscription)
       values (?, 'Bench', ?, ?, 'active')`,
    )
    .run(ORGANIZATION, ORGANIZATION, now)
  const insert = database.prepare(
    `insert into api_keys (hash_head, number, id, organization_id, hash, last4, label, label_folded,
       environment, scopes, allowed_ips, rate_limit_per_minute, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'production', '[]', '[]', 1000000, ?)`,
  )
  let made = 0
  const insertAll = database.transaction((secrets: string[]) => {
    for (const secret of secrets) {
      const digits = `${made++}`.padStart(9, '0')
      const label = `Key ${digits}`
      const hash = hashSecret(secret)
      insert.run(
        hashHead(hash),
        made,
        `key_01JQ0000000000000${digits}`,
        ORGANIZATION,
        hash,
        secret.slice(-4),
        label,
        label.toLowerCase(),
        now,
      )
    }
  })
  makeSecrets(secretsPath, count, insertAll)
  database.pragma('journal_mode = WAL')
  database.close()
}
