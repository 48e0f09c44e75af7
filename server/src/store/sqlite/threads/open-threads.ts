import { remoteSqliteWriter } from './remote-writer.ts'
import { openSqliteWriter } from '../connections.ts'
import { startSqliteThread } from './threads.ts'
import type { SqlitePorts } from '../../interface/open-database.ts'
import type { SqliteWriter } from '../writer.ts'

/** How a serving thread reaches what writes a SQLite file, and reads its lists. */
export type OpenThreads = {
  writer: SqliteWriter
  /** None where this thread does both itself. */
  ports?: SqlitePorts
  connectThreads(): SqlitePorts | undefined
  closeThreads(): Promise<void>
}

/** Starts both threads. */
export function startThreads(path: string): OpenThreads {
  const [writes, reads] = [startSqliteThread('writer', path), startSqliteThread('reader', path)]
  const connectThreads = () => ({ writer: writes.connect(), reader: reads.connect() })
  return {
    ...reachThreads(connectThreads()),
    connectThreads,
    async closeThreads() {
      await writes.close()
      await reads.close()
    },
  }
}

/** The threads that another one has started. */
export function reachThreads(ports: SqlitePorts): OpenThreads {
  return {
    writer: remoteSqliteWriter(ports.writer),
    ports,
    connectThreads: () => undefined,
    closeThreads: async () => undefined,
  }
}

export function writeHere(path: string): OpenThreads {
  const writer = openSqliteWriter(path)
  return { writer, connectThreads: () => undefined, closeThreads: writer.close }
}
