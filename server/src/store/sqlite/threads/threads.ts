import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { UnknownRow } from 'kysely'
import type { SqlitePorts } from '../../interface/open-database.ts'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import type { ThreadCalls } from './writer-thread.ts'

const YOUNG_GENERATION_MB = 8

/** A thread with a connection to the file of keys; every serving thread has a port to it. */
export type SqliteThread = {
  connect(): MessagePort
  /** Ends what is under way, and the thread. */
  close(): Promise<void>
}

/** Starts a thread. Should it fail, the process fails: nothing could be acknowledged any more. */
export function startSqliteThread(name: keyof SqlitePorts, path: string): SqliteThread {
  const thread = new Worker(new URL(`${name}-thread.ts`, import.meta.url), {
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

/** Bytes cross a port as plain arrays; the driver's own are buffers. */
export function withBuffers(row: UnknownRow): UnknownRow {
  for (const [name, value] of Object.entries(row))
    if (value instanceof Uint8Array)
      row[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return row
}
