// Loaded into the service before anything else (`--import`): measures the thread that serves.
import { createServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'

/** The work of the thread since it was last asked. */
export type Reading = { cpuMs: number; longestMs: number }

const LOOK_EVERY_MS = 1

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

let lastReadMs = cpuMs()
let lastLookMs = lastReadMs
let longestMs = 0

// A timer that is due fires before anything else is begun. So the CPU between two looks is that of
// one piece, however long other processes kept the machine busy meanwhile.
function look(): void {
  const nowMs = cpuMs()
  longestMs = Math.max(longestMs, nowMs - lastLookMs)
  lastLookMs = nowMs
}

function read(): Reading {
  look()
  const reading = { cpuMs: lastLookMs - lastReadMs, longestMs }
  lastReadMs = lastLookMs
  longestMs = 0
  return reading
}

/** The same work each time, which says how fast this machine is just now. */
function fixedWork(): Reading {
  const text = JSON.stringify(Array.from({ length: 2000 }, (_, at) => ({ at, name: `name ${at}` })))
  read()
  for (let times = 0; times < 20; times++) JSON.parse(text)
  return read()
}

if (isMainThread && process.env['PRICES_PORT'] !== undefined) {
  setInterval(look, LOOK_EVERY_MS).unref()
  createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => socket.destroy())
    socket.on('data', (asked: string) => {
      socket.write(`${JSON.stringify(asked === 'work\n' ? fixedWork() : read())}\n`)
    })
  })
    .listen(Number(process.env['PRICES_PORT']), '127.0.0.1')
    .unref()
}
