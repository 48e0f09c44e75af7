// A thread that sends requests again and again, each on a connection of its own, and reads the
// answers without looking at them.
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

export type Loop = { port: number; request: string; connections: number }

const { port, request, connections } = workerData as Loop

function ask(): void {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.on('close', ask)
  socket.once('data', (start: Buffer) => parentPort!.postMessage(start.toString('latin1', 9, 12)))
  socket.resume()
  socket.write(request)
}

for (let at = 0; at < connections; at++) ask()
