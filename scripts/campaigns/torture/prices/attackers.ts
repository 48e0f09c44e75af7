// A thread of its own: sends one request after the other on several connections, until it is ended.
import { parentPort, workerData } from 'node:worker_threads'
import { NUMBER, openConnection, type Asked } from './send.ts'

export type Attack = { port: number; connections: number; request: Asked }

const { port, connections, request } = workerData as Attack
let number = 0

/** An address of its own for each request, so that no limit for one address ends the attack. */
function numbered(): Asked {
  const at = number++
  const fill = (text: string) => text.replaceAll(NUMBER, `${at}`)
  const headers = Object.entries(request.headers).map(([name, value]) => [name, fill(value)])
  return {
    ...request,
    headers: {
      'X-Forwarded-For': `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
      ...Object.fromEntries(headers),
    },
    ...(typeof request.body === 'string' && { body: fill(request.body) }),
  }
}

async function sendWithoutEnd(): Promise<void> {
  const connection = openConnection(port)
  for (;;) {
    const status = await connection.send(numbered())
    parentPort?.postMessage(status)
  }
}

for (let at = 0; at < connections; at++) void sendWithoutEnd()
