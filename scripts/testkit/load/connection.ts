// HTTP/1.1 over one plain keep-alive socket, because a client library would neither pipeline nor
// say when exactly bytes were written and an answer was there.
import { once } from 'node:events'
import { connect } from 'node:net'
import { present } from '../../../server/src/lib/typed.ts'
import { nowMs, type Span } from './history.ts'

export type Answer = Span & { status: number; head: string; body: string }

export type Connection = {
  /** Writes all requests at once; the answers come in their order. */
  send(requests: string[]): Promise<Answer>[]
  close(): void
}

type Waiting = {
  startMs: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  await once(socket, 'connect')
  const waiting: Waiting[] = []
  let received = ''
  let failure: Error | undefined

  function fail(error: Error): void {
    failure ??= error
    for (const { reject } of waiting.splice(0)) reject(failure)
    socket.destroy()
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  socket.on('data', (chunk: string) => {
    received += chunk
    try {
      for (let answer = takeAnswer(); answer !== undefined; answer = takeAnswer()) {
        const first = waiting.shift()
        if (!first) throw new Error('an answer that nobody asked for')
        first.resolve({ ...answer, startMs: first.startMs, endMs: nowMs() })
      }
    } catch (error) {
      fail(error as Error)
    }
  })

  function takeAnswer(): Omit<Answer, keyof Span> | undefined {
    const bodyAt = received.indexOf('\r\n\r\n') + 4
    if (bodyAt < 4) return undefined
    const head = received.slice(0, bodyAt)
    const status = Number(head.slice(9, 12))
    const length = status === 204 ? 0 : Number(headerOf({ head }, 'Content-Length') ?? Number.NaN)
    if (Number.isNaN(length)) throw new Error(`an answer without Content-Length: ${head}`)
    if (received.length < bodyAt + length) return undefined
    const body = received.slice(bodyAt, bodyAt + length)
    received = received.slice(bodyAt + length)
    return { status, head, body }
  }

  return {
    send(requests) {
      const startMs = nowMs()
      const answers = requests.map(() => {
        const answer = new Promise<Answer>((resolve, reject) => {
          if (failure) reject(failure)
          else waiting.push({ startMs, resolve, reject })
        })
        answer.catch(() => undefined) // the caller that waits for it gets the error too
        return answer
      })
      if (!failure) socket.write(requests.join(''), 'latin1')
      return answers
    },
    close: () => fail(new Error('the run was ended before its time')),
  }
}

/** Connects when it is first used, since a service ends a connection that asks nothing for 15 seconds. */
export function connectionWhenUsed(port: number): Connection {
  let opening: Promise<Connection> | undefined
  return {
    send(requests) {
      const sending = (opening ??= openConnection(port)).then((opened) => opened.send(requests))
      return requests.map((_, at) => {
        const answer = sending.then((answers) => present(answers[at]))
        answer.catch(() => undefined) // as above
        return answer
      })
    },
    close: () => void opening?.then((opened) => opened.close()).catch(() => undefined),
  }
}

const patterns = new Map<string, RegExp>()

export function headerOf({ head }: Pick<Answer, 'head'>, name: string): string | undefined {
  const pattern = patterns.get(name) ?? new RegExp(`\r\n${name}: ?([^\r]*)`, 'i')
  patterns.set(name, pattern)
  return pattern.exec(head)?.[1]
}

/** A request as bytes. */
export function requestText(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = Object.entries({
    Host: 'localhost',
    ...headers,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': `${text.length}`,
    }),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`
}
