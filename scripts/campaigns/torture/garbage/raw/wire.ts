// Bytes out, answers in: a client library would mend what we want to send broken.
import { connect, type Socket } from 'node:net'

export type Answer = { status: number; head: string; body: string }

export type Exchange = {
  answers: Answer[]
  /** The bytes after the last whole answer. */
  rest: string
  end: 'closed' | 'reset' | 'silent'
}

export const SILENCE_MS = 25_000
const QUIET_MS = 2000

export function openSocket(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined) // callers that need to know listen as well
  return socket
}

/**
 * Sends everything, then listens until the service closes. When it has been quiet for a while, it
 * says that nothing more will come: Node would take it for a client that has left, and give up on
 * answers that are not ready.
 */
export async function exchange(port: number, bytes: Buffer, quietMs = QUIET_MS): Promise<Exchange> {
  const socket = openSocket(port).setEncoding('latin1')
  let received = ''
  const end = await new Promise<Exchange['end']>((resolve) => {
    socket.on('data', (chunk: string) => (received += chunk))
    socket.once('end', () => resolve('closed'))
    socket.once('error', () => resolve('reset'))
    socket.once('close', () => resolve('reset'))
    socket.setTimeout(quietMs, () => {
      if (socket.writableEnded) return resolve('silent')
      socket.setTimeout(SILENCE_MS).end()
    })
    socket.write(bytes)
  })
  socket.destroy()
  const answers: Answer[] = []
  for (;;) {
    const taken = takeAnswer(received, 'GET', end !== 'silent')
    if (taken === undefined) return { answers, rest: received, end }
    answers.push(taken.answer)
    received = taken.rest
  }
}

export type Line = {
  /** Sends one request; undefined when the service hung up without an answer. */
  ask(bytes: Buffer, method: string): Promise<Answer | undefined>
  close(): void
}

/** One connection that is kept as long as the service keeps it, and opened again when it does not. */
export function openLine(port: number): Line {
  let socket: Socket | undefined
  return {
    async ask(bytes, method) {
      const line = (socket ??= openSocket(port).setEncoding('latin1'))
      const { answer, isOver } = await oneAnswer(line, bytes, method)
      if (isOver || answer === undefined || /\r\nconnection: ?close/i.test(answer.head)) {
        line.destroy()
        socket = undefined
      }
      return answer
    },
    close: () => void socket?.destroy(),
  }
}

function oneAnswer(socket: Socket, bytes: Buffer, method: string) {
  return new Promise<{ answer: Answer | undefined; isOver: boolean }>((resolve) => {
    let received = ''
    const settle = (answer: Answer | undefined, isOver: boolean) => {
      socket.off('data', onData).off('close', onEnd).off('end', onEnd).off('timeout', onSilence)
      resolve({ answer, isOver })
    }
    const onSilence = () => settle(undefined, true)
    const onEnd = () => settle(takeAnswer(received, method, true)?.answer, true)
    const onData = (chunk: string) => {
      received += chunk
      const taken = takeAnswer(received, method, false)
      if (taken !== undefined) settle(taken.answer, taken.rest !== '')
    }
    socket.on('data', onData).once('close', onEnd).once('end', onEnd).once('timeout', onSilence)
    socket.setTimeout(SILENCE_MS)
    if (socket.destroyed) return onEnd()
    socket.write(bytes)
  })
}

/** The first whole answer in `received`; one without a length lasts until the connection ends. */
function takeAnswer(
  received: string,
  method: string,
  hasEnded: boolean,
): { answer: Answer; rest: string } | undefined {
  const bodyAt = received.indexOf('\r\n\r\n') + 4
  if (bodyAt < 4 || !received.startsWith('HTTP/1.1 ')) return undefined
  const head = received.slice(0, bodyAt)
  const status = Number(head.slice(9, 12))
  const after = received.slice(bodyAt)
  if (status < 200) return takeAnswer(after, method, hasEnded)
  const take = (length: number, body = after.slice(0, length)) => ({
    answer: { status, head, body },
    rest: after.slice(length),
  })
  if (method === 'HEAD' || status === 204 || status === 304) return take(0)
  if (/\r\ntransfer-encoding: ?chunked/i.test(head)) return takeChunks(after, take)
  const length = headerOf(head, 'content-length')
  if (length === undefined) return hasEnded ? take(after.length) : undefined
  return after.length < Number(length) ? undefined : take(Number(length))
}

function takeChunks<T>(text: string, take: (length: number, body: string) => T): T | undefined {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const dataAt = lineEnd + 2
    if (lineEnd < 0 || Number.isNaN(size) || text.length < dataAt + size + 2) return undefined
    if (size === 0) return take(dataAt + 2, body)
    body += text.slice(dataAt, dataAt + size)
    at = dataAt + size + 2
  }
}

export function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`\r\n${name}: ?([^\r]*)`, 'i').exec(head)?.[1]
}
