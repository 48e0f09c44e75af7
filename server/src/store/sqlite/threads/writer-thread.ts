// The thread that writes the file of keys, so that no verification waits for a disk.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { openSqliteWriter } from '../connections.ts'
import { present } from '../../../lib/typed.ts'

type Statement = { lease: number; sql: string; parameters: readonly unknown[] }

// Each port counts its own leases.
const LEASES_PER_PORT = 2 ** 32

const { path }: { path: string } = workerData
const writer = openSqliteWriter(path)
let portCount = 0

const threadCalls = {
  connect(port: MessagePort): void {
    callsOver(port, leaseCalls(portCount++ * LEASES_PER_PORT))
  },
  close: () => writer.close(),
}
callsOver(present(parentPort), threadCalls)

function leaseCalls(first: number) {
  return {
    begin: (lease: number) => writer.begin(first + lease),
    run: ({ lease, sql, parameters }: Statement) => writer.run(first + lease, sql, parameters),
    commit: (lease: number) => writer.commit(first + lease),
    rollback: (lease: number) => writer.rollback(first + lease),
  }
}

export type ThreadCalls = typeof threadCalls
export type LeaseCalls = ReturnType<typeof leaseCalls>
