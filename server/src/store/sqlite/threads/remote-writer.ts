import type { MessagePort } from 'node:worker_threads'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { withBuffers } from './threads.ts'
import type { SqliteWriter } from '../writer.ts'
import type { TurnCalls } from './writer-thread.ts'

/** The writer at the other end of a port. */
export function remoteSqliteWriter(port: MessagePort): SqliteWriter {
  const { call } = callsOver<TurnCalls>(port)
  return {
    begin: (ticket) => call('begin', ticket),
    async run(ticket, sql, parameters) {
      const result = await call('run', { ticket, sql, parameters })
      return { ...result, rows: result.rows.map(withBuffers) }
    },
    commit: (ticket) => call('commit', ticket),
    rollback: (ticket) => call('rollback', ticket),
    close: async () => port.close(),
  }
}
