import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { usagePath } from '../../../../server/src/store/sqlite/usage/usage-tables.ts'
import type { Random } from '../../../testkit/load/random.ts'

// Of SQLite's write-ahead log: a header and a page.
const FRAME_BYTES = 24 + 4096

/**
 * Leaves the files of a dead service as a power loss may: the journal of the keys ends in what was
 * not written to its end, and of the journal of uses any part of the end is missing.
 */
export function tearJournals(path: string, random: Random): void {
  const [keys, usage] = [`${path}-wal`, `${usagePath(path)}-wal`]
  const torn = random.chance(0.5)
    ? randomBytes(random.between(1, 2 * FRAME_BYTES))
    : readFileSync(keys).subarray(-FRAME_BYTES, -random.between(1, FRAME_BYTES - 1))
  appendFileSync(keys, torn)
  if (existsSync(usage)) truncateSync(usage, random.between(0, statSync(usage).size))
  // Memory, which SQLite maps as a file.
  for (const file of [path, usagePath(path)]) rmSync(`${file}-shm`, { force: true })
}
