import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { SqliteWriter, StatementResult } from './sqlite-writer.ts'
import type { WriterReply, WriterRequest, WriterThreadMessage } from './sqlite-writer-thread.ts'

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
  const ended = new Promise<void>((resolve) => void thread.once('exit', () => resolve()))
  return {
    connect() {
      const { port1, port2 } = new MessageChannel()
      thread.postMessage({ connect: port2 } satisfies WriterThreadMessage, [port2])
      return port1
    },
    async close() {
      thread.postMessage({ close: true } satisfies WriterThreadMessage)
      await ended
    },
  }
}

type Question = WriterRequest extends infer Request
  ? Request extends WriterRequest
    ? Omit<Request, 'number'>
    : never
  : never

/** The writer at the other end of a port. */
export function remoteSqliteWriter(port: MessagePort): SqliteWriter {
  const waiting = new Map<number, PromiseWithResolvers<StatementResult>>()
  let count = 0

  port.on('message', ({ number, result, error }: WriterReply) => {
    const reply = waiting.get(number)
    waiting.delete(number)
    if (error) reply?.reject(Object.assign(new Error(error.message), { code: error.code }))
    else reply?.resolve(result ?? { rows: [] })
  })

  function ask(question: Question): Promise<StatementResult> {
    const reply = Promise.withResolvers<StatementResult>()
    const number = count++
    waiting.set(number, reply)
    port.postMessage({ number, ...question } as WriterRequest)
    return reply.promise
  }

  return {
    begin: async (lease) => void (await ask({ ask: 'begin', lease })),
    async run(lease, sql, parameters) {
      const result = await ask({ ask: 'run', lease, sql, parameters })
      return { ...result, rows: result.rows.map(withBuffers) }
    },
    commit: async (lease) => void (await ask({ ask: 'commit', lease })),
    rollback: async (lease) => void (await ask({ ask: 'rollback', lease })),
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
