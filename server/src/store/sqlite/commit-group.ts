import type Sqlite from 'better-sqlite3'
import type { Execute } from './execute.ts'

// Transactions that follow each other closely go to the disk together: waiting for it is most of
// what one costs. The bounds keep the first of them from waiting long for the last.
const MAX_GROUP_SIZE = 64
const MAX_GROUP_MS = 5

/** Transactions that are done, but not on the disk yet. */
export type CommitGroup = {
  /** Notes that the transaction which holds the group has begun. */
  begin(): void
  /** Adds a transaction that is done. @returns what resolves when it is on the disk */
  add(): Promise<void>
  isEmpty(): boolean
  isFull(): boolean
  /** Writes the group to the disk, and settles the promises of its members. */
  settle(): void
  /** Rejects the promises of all members: the database has undone them. */
  fail(error: unknown): void
}

/** @param assertInPlace throws when what is written to the file will not be found again */
export function commitGroup(
  database: Sqlite.Database,
  execute: Execute,
  assertInPlace: () => void,
): CommitGroup {
  let members: PromiseWithResolvers<void>[] = []
  let beganAtMs = 0

  function fail(error: unknown): void {
    for (const { reject } of members) reject(error)
    members = []
  }

  return {
    begin() {
      beganAtMs = performance.now()
    },
    add() {
      const written = Promise.withResolvers<void>()
      members.push(written)
      return written.promise
    },
    isEmpty: () => members.length === 0,
    isFull: () => members.length >= MAX_GROUP_SIZE || performance.now() - beganAtMs > MAX_GROUP_MS,
    settle() {
      if (!database.inTransaction) return
      try {
        execute(members.length === 0 ? 'rollback' : 'commit', [])
        assertInPlace()
        for (const { resolve } of members) resolve()
        members = []
      } catch (error) {
        if (database.inTransaction) execute('rollback', [])
        fail(error)
      }
    },
    fail,
  }
}
