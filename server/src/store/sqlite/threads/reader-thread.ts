// The thread that reads the file of keys where that may take long, so that no verification waits.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { UnknownRow } from 'kysely'
import { giveWay } from '../../../lib/threads/give-way.ts'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { openSqliteReader, usageFollower } from '../connections.ts'
import { keepLooking } from '../watched-files.ts'
import { present } from '../../../lib/typed.ts'

type Statement = { sql: string; parameters: readonly unknown[] }

giveWay()
const { path }: { path: string } = workerData
const reader = openSqliteReader(path)
keepLooking(usageFollower(reader, path))

const readCalls = {
  read: ({ sql, parameters }: Statement): UnknownRow[] =>
    reader.prepare<unknown[], UnknownRow>(sql).all(parameters),
}

callsOver(present(parentPort), {
  connect(port: MessagePort): void {
    callsOver(port, readCalls)
  },
  close: () => void reader.close(),
})

export type ReadCalls = typeof readCalls
