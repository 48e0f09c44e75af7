import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

// A gateway that waits for more of a request is not waited for.
const SILENCE_MS = 1_000

/** A connection to a gateway, for bytes that no HTTP client would send. */
export async function openRaw(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** @returns all that comes back for these bytes, until the gateway hangs up or falls silent */
export async function sendRaw(address: string, bytes: string): Promise<string> {
  const socket = await openRaw(address)
  let answer = ''
  socket.on('data', (data: Buffer) => void (answer += data.toString('latin1')))
  socket.setTimeout(SILENCE_MS, () => socket.destroy())
  socket.write(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return answer
}

/** The statuses of the answers in what came back, in their order. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status))
}

/** Sends bytes and waits until the answer holds `expected`. */
export async function sendUntil(socket: Socket, bytes: string, expected: string): Promise<string> {
  let answer = ''
  socket.write(bytes)
  while (!answer.includes(expected)) {
    const [data] = (await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => {
        throw new Error(`the gateway hung up after: ${answer}`)
      }),
    ])) as [Buffer]
    answer += data.toString('latin1')
  }
  return answer
}
