// Clients on a thread of their own, so that they go on while the server's thread is busy.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { parentPort, workerData } from 'node:worker_threads'

export type LateClients = {
  port: number
  count: number
  /** Becomes 1 when every request is on its way. */
  sent: SharedArrayBuffer
}

const { port, count, sent } = workerData as LateClients
const ASK = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

function ask(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.write(ASK, () => resolve()))
}

function openAll(): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, open))
}

const early = await openAll()
parentPort!.postMessage('connected')
await once(parentPort!, 'message')
const sockets = [...early, ...(await openAll())]
const answers = sockets.map((socket) => text(socket).catch((error: Error) => error.message))
await Promise.all(sockets.map(ask))
const flag = new Int32Array(sent)
Atomics.store(flag, 0, 1)
Atomics.notify(flag, 0)
parentPort!.postMessage(await Promise.all(answers))
process.exit(0)
