import type Sqlite from 'better-sqlite3'
import { commitGroup } from './commit-group.ts'
import { executeOn, type StatementResult } from './execute.ts'
import { heldTurn, lostTransaction } from './held-turn.ts'
import { turnQueue } from './turn-queue.ts'
import type { SqliteFiles } from './watched-files.ts'
import { errorCode } from '../../lib/caught.ts'

/**
 * The one connection that writes a SQLite file, shared by many. Transactions take turns; a ticket
 * names whose turn it is.
 */
export type SqliteWriter = {
  /** Waits for its turn, and holds the connection from then on. */
  begin(ticket: number): Promise<void>
  /** Runs a statement within the ticket's transaction, or alone, in a turn of its own. */
  run(ticket: number, sql: string, parameters: readonly unknown[]): Promise<StatementResult>
  /** Resolves when what was written is on the disk. */
  commit(ticket: number): Promise<void>
  rollback(ticket: number): Promise<void>
  close(): Promise<void>
}

// Another process (a command, a backup) holds the file for moments only. SQLite would wait for it
// by blocking the thread; so we ask again instead. A caller that waited that long for its turn gets
// one more try.
const RETRY_MS = 10
const PATIENCE_MS = 3000

/**
 * Gives turns on a connection. A transaction counts as committed only once it is on the disk: that
 * holds for each of a group, and for rows that a transaction read before it was rolled back.
 *
 * @param assertInPlace throws when what is written to the file will not be found again
 */
export function sqliteWriter(
  database: Sqlite.Database,
  assertInPlace: () => void = () => undefined,
): SqliteWriter {
  const execute = executeOn(database)
  const group = commitGroup(database, execute, assertInPlace)
  const takeTurn = turnQueue(group)
  const held = heldTurn(database, execute, group)

  function executeAlone(sql: string, parameters: readonly unknown[]): StatementResult {
    assertInPlace()
    const result = execute(sql, parameters)
    assertInPlace()
    return result
  }

  async function giveTurn(
    ticket: number,
    granted: PromiseWithResolvers<void>,
    askedAtMs: number,
  ): Promise<void> {
    try {
      if (!database.inTransaction) {
        assertInPlace()
        // A plain BEGIN takes the write lock at the first write, when waiting for it is no longer
        // possible if another process wrote since: it would fail with SQLITE_BUSY_SNAPSHOT.
        await patiently(askedAtMs, () => execute('begin immediate', []))
        group.begin()
      }
      execute('savepoint turn', [])
    } catch (error) {
      return granted.reject(error)
    }
    const ended = held.give(ticket)
    granted.resolve()
    await ended
  }

  return {
    async begin(ticket) {
      const granted = Promise.withResolvers<void>()
      const askedAtMs = performance.now()
      takeTurn(() => giveTurn(ticket, granted, askedAtMs))
      return granted.promise
    },
    async run(ticket, sql, parameters) {
      if (held.lost.has(ticket)) throw lostTransaction()
      if (held.isOf(ticket)) return held.run(sql, parameters)
      const result = Promise.withResolvers<StatementResult>()
      const askedAtMs = performance.now()
      takeTurn(async () => {
        group.settle()
        await patiently(askedAtMs, () => executeAlone(sql, parameters)).then(
          result.resolve,
          result.reject,
        )
      })
      return result.promise
    },
    async commit(ticket) {
      if (held.lost.has(ticket)) throw lostTransaction()
      held.end(ticket)
      return group.add()
    },
    async rollback(ticket) {
      if (held.lost.delete(ticket)) return // undone already
      try {
        held.end(ticket, 'rollback to turn')
      } catch {
        return // undone with all that it was part of
      }
      // Rows of the group that it read may decide the answer.
      group.settle()
    },
    async close() {
      if (!database.open) return
      group.settle()
      database.close()
    },
  }
}

/** Tries again while another process is writing. A statement that met a busy file has done nothing. */
async function patiently<T>(askedAtMs: number, work: () => T): Promise<T> {
  const overdueMs = askedAtMs + PATIENCE_MS
  for (;;)
    try {
      return work()
    } catch (error) {
      if (errorCode(error) !== 'SQLITE_BUSY' || performance.now() > overdueMs) throw error
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
}

/** A writer that notes failures which show damaged files. */
export function notingWriter(writer: SqliteWriter, files: SqliteFiles): SqliteWriter {
  const noting = (error: unknown): never => {
    throw files.noted(error)
  }
  return {
    ...writer,
    begin: (ticket) => writer.begin(ticket).catch(noting),
    run: (ticket, sql, parameters) => writer.run(ticket, sql, parameters).catch(noting),
    commit: (ticket) => writer.commit(ticket).catch(noting),
  }
}
