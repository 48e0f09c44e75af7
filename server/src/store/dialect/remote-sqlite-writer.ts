import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { callsOver } from '../../port-calls.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import type { LeaseCalls, ThreadCalls } from './sqlite-writer-thread.ts'

const YOUNG_GENERATION_MB = 8

/** The thread that writes the file of keys; every serving thread has a port to it. */
export type WriterThread = {
  connect(): MessagePort
  /** Writes what is under way, and ends the thread. */
  close(): Promise<void>
}

/** Starts the thread. Should it fail, the process fails: nothing could be acknowledged any more. */
export function startWriterThread(path: string): WriterThread {
  const thread = new Worker(new URL('sqlite-writer-thread.ts', import.meta.url), {
    workerData: { path },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  const calls = callsOver<ThreadCalls>(thread)
  return {
    connect() {
      const { port1, port2 } = new MessageChannel()
      void calls.call('connect', port2, [port2])
      return port1
    },
    async close() {
      await calls.call('close', undefined)
      await thread.terminate()
    },
  }
}

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

/** Bytes cross a port as plain arrays; the driver's own are buffers. */
function withBuffers(row: unknown): unknown {
  const columns = row as Record<string, unknown>
  for (const [name, value] of Object.entries(columns))
    if (value instanceof Uint8Array)
      columns[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return columns
}
