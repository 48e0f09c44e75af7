import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { isCorruption } from '../../../lib/failures.ts'
import { identityOf } from '../watched-files.ts'
import { openUsageWriter, type UsageWriter } from './usage-file.ts'
import { prepareUsageFile } from './usage-tables.ts'

/** The writer of a file of usage that outlives the file. */
export type LastingUsageWriter = {
  /** Where to write now. */
  current(): UsageWriter
  /** Begins a new file where an error says that this one is damaged. @throws any other error */
  replaceIf(error: unknown): UsageWriter
  /** Looks through all of the file, which this thread may know better from its memory. */
  replaceIfDamaged(): void
  /** The work done since the last call, for the log. */
  takeNotice(): string | undefined
  close(): void
}

/**
 * Opens the file of usage, and a new one in its place whenever it is removed or damaged. Counts are
 * no reason to verify nothing; what was counted so far is lost with them.
 */
export function lastingUsageWriter(path: string): LastingUsageWriter {
  let notice = repairUsageFile(path)
  let writer = openUsageWriter(path)
  let opened: string | undefined = identityOf(path)

  function replace(text: string, putAway: (path: string) => void): UsageWriter {
    opened = '' // should this fail, it is done again
    // Readers have the old file open still, so that this close leaves the journal of a new one alone.
    writer.close()
    putAway(path)
    prepareUsageFile(path)
    writer = openUsageWriter(path)
    opened = identityOf(path)
    notice = text
    return writer
  }

  return {
    current() {
      if (identityOf(path) === opened) return writer
      if (!existsSync(dirname(path))) throw new Error(`${dirname(path)} is not there`)
      return replace(`${path} was removed or replaced; counting goes on in a new file`, forget)
    },
    replaceIf(error) {
      if (!isCorruption(error)) throw error
      return replace(damageNotice(path), setAside)
    },
    replaceIfDamaged() {
      if (!isSound(path)) replace(damageNotice(path), setAside)
    },
    takeNotice() {
      const taken = notice
      notice = undefined
      return taken
    },
    close: () => writer.close(),
  }
}

/** Makes the file, or a new one in the place of one that is damaged; returns what is to be said of it. */
export function repairUsageFile(path: string): string | undefined {
  try {
    prepareUsageFile(path)
    return undefined
  } catch (error) {
    if (!isCorruption(error)) throw error
    setAside(path)
    prepareUsageFile(path)
    return damageNotice(path)
  }
}

function isSound(path: string): boolean {
  const database = new Sqlite(path, { readonly: true })
  try {
    return database.pragma('quick_check(1)', { simple: true }) === 'ok'
  } catch (error) {
    if (isCorruption(error)) return false
    throw error
  } finally {
    database.close()
  }
}

function damageNotice(path: string): string {
  return `${path} was damaged; it is ${path}.damaged now, and counting goes on in a new file`
}

/** A journal without its file would be taken for that of the next one. */
function forget(path: string): void {
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true })
}

function setAside(path: string): void {
  for (const ending of ['', '-wal'])
    if (existsSync(path + ending)) renameSync(path + ending, `${path}.damaged${ending}`)
  forget(path)
}
