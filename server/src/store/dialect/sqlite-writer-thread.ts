// The thread that writes the file of keys, so that no verification waits for a disk.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { openSqliteWriter } from './sqlite.ts'
import type { StatementResult } from './sqlite-writer.ts'

export type WriterRequest =
  | { number: number; ask: 'begin' | 'commit' | 'rollback'; lease: number }
  | { number: number; ask: 'run'; lease: number; sql: string; parameters: readonly unknown[] }

export type WriterReply = {
  number: number
  result?: StatementResult
  error?: { message: string; code: unknown }
}

export type WriterThreadMessage = { connect: MessagePort } | { close: true }

// Each port counts its own leases.
const LEASES_PER_PORT = 2 ** 32

const writer = openSqliteWriter((workerData as { path: string }).path)
let portCount = 0

parentPort!.on('message', async (message: WriterThreadMessage) => {
  if ('connect' in message) return serve(message.connect)
  await writer.close()
  process.exit()
})

function serve(port: MessagePort): void {
  const firstLease = portCount++ * LEASES_PER_PORT

  async function answer(request: WriterRequest): Promise<StatementResult | void> {
    const lease = firstLease + request.lease
    if (request.ask !== 'run') return writer[request.ask](lease)
    return writer.run(lease, request.sql, request.parameters)
  }

  port.on('message', async (request: WriterRequest) => {
    const reply: WriterReply = { number: request.number }
    try {
      const result = await answer(request)
      if (result) reply.result = result
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException
      reply.error = { message, code }
    }
    port.postMessage(reply)
  })
}
