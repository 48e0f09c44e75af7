// The thread that writes the file of keys, so that no verification waits for a disk.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { openSqliteWriter } from '../connections.ts'
import { present } from '../../../lib/typed.ts'

type Statement = { ticket: number; sql: string; parameters: readonly unknown[] }

// Each port counts its own tickets.
const TICKETS_PER_PORT = 2 ** 32

const { path }: { path: string } = workerData
const writer = openSqliteWriter(path)
let portCount = 0

const threadCalls = {
  connect(port: MessagePort): void {
    callsOver(port, turnCalls(portCount++ * TICKETS_PER_PORT))
  },
  close: () => writer.close(),
}
callsOver(present(parentPort), threadCalls)

function turnCalls(first: number) {
  return {
    begin: (ticket: number) => writer.begin(first + ticket),
    run: ({ ticket, sql, parameters }: Statement) => writer.run(first + ticket, sql, parameters),
    commit: (ticket: number) => writer.commit(first + ticket),
    rollback: (ticket: number) => writer.rollback(first + ticket),
  }
}

export type ThreadCalls = typeof threadCalls
export type TurnCalls = ReturnType<typeof turnCalls>
