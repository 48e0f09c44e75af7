import { statSync } from 'node:fs'
import { isCorruption } from '../../lib/failures.ts'
import { asError } from '../../lib/caught.ts'

const LOOK_INTERVAL_MS = 1000

/**
 * Whether a SQLite file may be believed. One that was removed or replaced goes on answering those
 * who have it open, but what is written to it is gone with the process; one that held nonsense once
 * may have lost anything.
 */
export type SqliteFiles = {
  /** Their fault at the last look. It only reads a variable, so every read may ask. */
  fault(): Error | undefined
  /** Checks that each path still holds the file we opened. */
  look(): Error | undefined
  /** Notes what a failure says of them, and gives it back. */
  noted(error: unknown): unknown
  /** The same of a read that may have met another file that is attached to them. */
  doubted(error: unknown): unknown
  /** Whether there was such a failure since the last call. */
  takeDoubt(): boolean
}

/** Watches the files of a database that has been read from, so that all of them are there. */
export function sqliteFiles(path: string): SqliteFiles {
  const places = ['', '-wal', '-shm'].map((ending) => `${path}${ending}`)
  const opened = places.map(identityOf)
  let corruption: Error | undefined
  let fault: Error | undefined
  let isDoubted = false
  return {
    fault: () => fault,
    look() {
      const moved = places.find((place, at) => identityOf(place) !== opened[at])
      fault = corruption ?? (moved === undefined ? undefined : movedError(moved))
      return fault
    },
    noted(error) {
      if (isCorruption(error)) fault = corruption ??= corruptError(path, asError(error))
      return error
    },
    doubted(error) {
      isDoubted ||= isCorruption(error)
      return error
    },
    takeDoubt() {
      const was = isDoubted
      isDoubted = false
      return was
    },
  }
}

/** Looks every second, until the returned function is called. */
export function keepLooking(look: () => void): () => void {
  const timer = setInterval(look, LOOK_INTERVAL_MS).unref()
  return () => clearInterval(timer)
}

/** Identifies the file at a path; the system reuses no inode number while the file is open. */
export function identityOf(place: string): string | undefined {
  try {
    const stats = statSync(place, { throwIfNoEntry: false })
    return stats && `${stats.dev}:${stats.ino}`
  } catch {
    return undefined // a folder on the way may be closed
  }
}

// SQLite's own code, which it gives where it notices by itself.
function movedError(place: string): Error {
  return withCode(`${place} was removed or replaced while in use`, 'SQLITE_READONLY_DBMOVED')
}

function corruptError(path: string, { message }: Error): Error {
  const advice = 'stop the service and restore a backup'
  return withCode(`${path} is damaged (${message}); ${advice}`, 'SQLITE_CORRUPT')
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}
