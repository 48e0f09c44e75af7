// The thread that reads the file of keys where that may take long, so that no verification waits.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { giveWay } from '../../../lib/threads/give-way.ts'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { openSqliteReader, usageFollower } from '../connections.ts'
import { keepLooking } from '../watched-files.ts'

type Statement = { sql: string; parameters: readonly unknown[] }

giveWay()
const { path } = workerData as { path: string }
const reader = openSqliteReader(path)
keepLooking(usageFollower(reader, path))

const readCalls = {
  read: ({ sql, parameters }: Statement): unknown[] => reader.prepare(sql).all(parameters),
}

callsOver(parentPort!, {
  connect(port: MessagePort): void {
    callsOver(port, readCalls)
  },
  close: () => void reader.close(),
})

export type ReadCalls = typeof readCalls
