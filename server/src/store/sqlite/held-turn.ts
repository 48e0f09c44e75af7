import type Sqlite from 'better-sqlite3'
import type { CommitGroup } from './commit-group.ts'
import type { Execute, StatementResult } from './execute.ts'

// A transaction waits for nothing but the database; one that asks nothing for so long is abandoned.
const MAX_IDLE_MS = 10_000

type Turn = { ticket: number; idle: NodeJS.Timeout; end(): void }

/** The turn that a transaction has on the connection, as a savepoint within the group's. */
export type HeldTurn = {
  /** Gives the turn to a ticket. @returns what resolves when the turn has ended */
  give(ticket: number): Promise<void>
  isOf(ticket: number): boolean
  run(sql: string, parameters: readonly unknown[]): StatementResult
  /**
   * Ends the turn of a ticket. What it wrote is kept, unless `undo` says how not to.
   *
   * @throws where another ticket has the turn, or SQLite has undone the transaction
   */
  end(ticket: number, undo?: 'rollback to turn'): void
  /** Tickets whose transactions were taken from them: they asked nothing for too long. */
  lost: Set<number>
}

export function heldTurn(
  database: Sqlite.Database,
  execute: Execute,
  group: CommitGroup,
): HeldTurn {
  let holder: Turn | undefined
  const lost = new Set<number>()

  function end(ticket: number, undo?: 'rollback to turn'): void {
    // One whose commit failed is rolled back once more, while another has its turn.
    if (holder?.ticket !== ticket) throw lostTransaction()
    const ended = holder
    holder = undefined
    clearTimeout(ended.idle)
    try {
      if (!database.inTransaction) throw lostTransaction()
      if (undo) execute(undo, [])
      execute('release turn', [])
    } finally {
      ended.end()
    }
  }

  function takeBack(ticket: number): void {
    lost.add(ticket)
    if (database.inTransaction) end(ticket, 'rollback to turn')
    else holder?.end()
  }

  return {
    lost,
    give(ticket) {
      const ended = Promise.withResolvers<void>()
      const idle = setTimeout(() => takeBack(ticket), MAX_IDLE_MS)
      holder = { ticket, idle, end: ended.resolve }
      return ended.promise
    },
    isOf: (ticket) => holder?.ticket === ticket,
    run(sql, parameters) {
      if (!database.inTransaction) throw lostTransaction()
      try {
        return execute(sql, parameters)
      } catch (error) {
        // Some failures undo the whole transaction, and with it those before this one.
        if (!database.inTransaction) group.fail(error)
        throw error
      } finally {
        holder?.idle.refresh()
      }
    },
    end,
  }
}

/** In the form of SQLite's own errors, so that it counts as an outage and not as a refusal. */
export function lostTransaction(): Error {
  return Object.assign(new Error('The transaction was ended before it was done'), {
    code: 'SQLITE_ABORT',
  })
}
