import type { MessagePort } from 'node:worker_threads'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { withBuffers } from './threads.ts'
import type { SqliteWriter } from '../writer.ts'
import type { LeaseCalls } from './writer-thread.ts'

/** The writer at the other end of a port. */
export function remoteSqliteWriter(port: MessagePort): SqliteWriter {
  const { call } = callsOver<LeaseCalls>(port)
  return {
    begin: (lease) => call('begin', lease),
    async run(lease, sql, parameters) {
      const result = await call('run', { lease, sql, parameters })
      return { ...result, rows: result.rows.map(withBuffers) }
    },
    commit: (lease) => call('commit', lease),
    rollback: (lease) => call('rollback', lease),
    close: async () => port.close(),
  }
}
