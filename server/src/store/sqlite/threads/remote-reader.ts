import type { MessagePort } from 'node:worker_threads'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import type { SqliteFiles } from '../watched-files.ts'
import type { ReadCalls } from './reader-thread.ts'
import { withBuffers } from './threads.ts'
import type { SqliteWriter } from '../writer.ts'

/** The reader at the other end of a port, for as long as the files may be believed. */
export function remoteSqliteReader(port: MessagePort, files: SqliteFiles): SqliteWriter {
  const { call } = callsOver<ReadCalls>(port)
  const refuse = async () => {
    throw new Error('A reading connection has no transactions')
  }
  return {
    begin: refuse,
    async run(_, sql, parameters) {
      const fault = files.fault()
      if (fault) throw fault
      try {
        const rows = await call('read', { sql, parameters })
        return { rows: rows.map(withBuffers) }
      } catch (error) {
        throw files.doubted(error)
      }
    },
    commit: refuse,
    rollback: refuse,
    close: async () => port.close(),
  }
}
