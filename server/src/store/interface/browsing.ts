import type { Db } from '../schema/database.ts'
import { OverloadError } from '../../lib/failures.ts'

// As many as are answered in a few seconds, however long each of them takes.
const MAX_WAITING = 64
const MAX_FILES = 32

/**
 * Reads that may take long: lists, searches, files. They have connections of their own, and on
 * SQLite a thread, so that neither they nor any number of them hold up a verification.
 */
export type Browsing = {
  /** @throws {OverloadError} at once when too many wait already */
  read<T>(query: (db: Db) => Promise<T>): Promise<T>
  /** The same for a file that has begun, which is not refused half-way. */
  readOn<T>(query: (db: Db) => Promise<T>): Promise<T>
  /** Begins a file, which takes many reads. @returns what ends it @throws {OverloadError} */
  beginFile(): () => void
}

export function browsingOf(db: Db): Browsing {
  const waiting = new Set<object>()
  const files = new Set<object>()
  return {
    async read(query) {
      const end = begin(waiting, MAX_WAITING)
      try {
        return await query(db)
      } finally {
        end()
      }
    },
    readOn: (query) => query(db),
    beginFile: () => begin(files, MAX_FILES),
  }
}

function begin(underWay: Set<object>, max: number): () => void {
  if (underWay.size >= max) throw new OverloadError('Too many lists are being read')
  const one = {}
  underWay.add(one)
  return () => void underWay.delete(one)
}
