// The thread that writes usage on SQLite. It does nothing else, so it may be slow.
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../../../lib/threads/give-way.ts'
import { callsOver } from '../../../lib/threads/port-calls.ts'
import { present } from '../../../lib/typed.ts'
import { usageWriterCalls } from './usage-writer-calls.ts'

giveWay()
const { path }: { path: string } = workerData
callsOver(present(parentPort), usageWriterCalls(path))
