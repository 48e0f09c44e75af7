import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import type { DialectName } from '../../../server/src/store/schema/dialect.ts'
import { usagePath } from '../../../server/src/store/sqlite/usage/usage-tables.ts'
import { createDatabase } from '../processes/postgres.ts'

const MEMORY = '/dev/shm'
const MIN_MEMORY_BYTES = 2 ** 30 // a container may have much less, and a test needs a few megabytes

/** Where a new database is, migrated already and gone when the test has finished. */
export async function newDatabase(dialect: DialectName): Promise<string> {
  if (dialect === 'postgres')
    return createDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`)
  const { keys, usage } = await (migrated ??= makeMigrated())
  const path = newFile()
  writeFileSync(path, keys, OWNER_ONLY)
  writeFileSync(usagePath(path), usage, OWNER_ONLY)
  return `file:${path}`
}

const OWNER_ONLY = { mode: 0o600 }

/** Where a file could be, in a folder that is gone when the test has finished. */
export function newFile(): string {
  const dir = mkdtempSync(join(filesystem, 'keys-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'keys.db')
}

// Most tests wait for the disk more than for anything else, and none of them cuts the power.
const filesystem = hasMemory() ? MEMORY : tmpdir()

function hasMemory(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > MIN_MEMORY_BYTES
  } catch {
    return false
  }
}

type Files = { keys: Buffer; usage: Buffer }

// For all tests of this process: to migrate takes longer than many of them.
let migrated: Promise<Files> | undefined

async function makeMigrated(): Promise<Files> {
  const dir = mkdtempSync(join(filesystem, 'migrated-'))
  const path = join(dir, 'keys.db')
  const database = await openDatabase({ dialect: 'sqlite', path }, { as: 'command' })
  await database.close() // the last to close a file writes its journal into it
  const files = { keys: readFileSync(path), usage: readFileSync(usagePath(path)) }
  rmSync(dir, { recursive: true })
  return files
}
