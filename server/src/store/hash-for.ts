import { hashSecret, hashSecretForNow } from '../crypto/hash.ts'
import type { OpenDatabase } from './interface/open-database.ts'

/** How a lookup hashes: SQLite reads within the call, PostgreSQL while other requests go on. */
export function hashFor({ dialect }: OpenDatabase): (secret: string) => Buffer {
  return dialect === 'sqlite' ? hashSecretForNow : hashSecret
}
