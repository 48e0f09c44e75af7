import { setTimeout as delay } from 'node:timers/promises'
import { createClient, ErrorReply } from '@redis/client'
import { asError } from '../../lib/caught.ts'

/** Without an answer by then, a command fails. */
const ANSWER_TIMEOUT_MS = 250

const CONNECT_TIMEOUT_MS = 1000
// A connection that is silent for so long may be dead; until then it may recover.
const SILENCE_TIMEOUT_MS = 2000
const MIN_PAUSE_MS = 50
const MAX_PAUSE_MS = 1000

/** Refusals that no retry changes: the wrong password, a command that is not allowed. */
const refusals = /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH |Client sent AUTH|DB index))/

export type RedisConnection = {
  /**
   * Sends a command; those of one turn of the event loop go out together.
   *
   * @throws at once while there is no connection, and after 250 ms without an answer: then Redis may
   *   have run the command, or may still run it
   */
  send(command: string[]): Promise<unknown>
  /** How the first attempt to connect ended: undefined if well. */
  firstFailure: Promise<Error | undefined>
  close(): Promise<void>
}

/** Whether Redis answers, but refuses the password or the command. */
export function isRefusal(error: Error): boolean {
  return error instanceof ErrorReply && refusals.test(error.message)
}

type Line = {
  open(): Promise<void>
  send(command: string[]): Promise<unknown>
  /** Rejects when the connection is lost. */
  lost: Promise<never>
  end(): void
}

/**
 * Keeps a connection to Redis, and opens a new one whenever it is lost. No command waits for a
 * connection, and none is sent twice.
 *
 * @param url `redis://…` or `rediss://…`
 * @param greeting sent first; a connection is used only after an answer without an error
 */
export function connectToRedis(
  url: string,
  greeting: string[],
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
): RedisConnection {
  const closing = new AbortController()
  const first = Promise.withResolvers<Error | undefined>()
  let live: Line | undefined
  let lastFailure: Error = new Error('there was no connection to Redis yet')

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      const line = openLine(url, answerTimeoutMs, () => (live = undefined))
      const end = () => line.end()
      closing.signal.addEventListener('abort', end)
      try {
        await line.open()
        await line.send(greeting)
        live = line
        failures = 0
        first.resolve(undefined)
        await line.lost
      } catch (error) {
        lastFailure = asError(error)
        first.resolve(lastFailure)
      }
      live = undefined
      line.end()
      closing.signal.removeEventListener('abort', end)
      const pauseMs = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** failures)
      const { signal } = closing
      // At random moments, so that many nodes do not come back at once.
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    }
  }

  const kept = keepConnected()
  return {
    send: (command) => live?.send(command) ?? Promise.reject(lastFailure),
    firstFailure: first.promise,
    async close() {
      closing.abort()
      await kept
    },
  }
}

/** One connection, until it is lost or silent for too long. */
function openLine(url: string, answerTimeoutMs: number, onLost: () => void): Line {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 }, // it costs more than the command, and stops no sent command
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  })
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => undefined) // it may be lost before anything awaits it
  const noAnswer = new Error(`Redis gave no answer within ${answerTimeoutMs} ms`)
  const silence = silenceWatch(() => client.destroy())

  function lose(error: Error): void {
    silence.stopWatching()
    onLost()
    reject(error)
  }

  client.on('error', lose)
  client.on('end', () => lose(new Error('the connection to Redis has ended')))

  return {
    lost,
    async open() {
      const overdue = setTimeout(() => client.destroy(), CONNECT_TIMEOUT_MS)
      try {
        await Promise.race([client.connect(), lost])
      } finally {
        clearTimeout(overdue)
      }
    },
    send(command) {
      // Commands to a silent connection would only pile up, and run too late.
      if (silence.hasBegun()) return Promise.reject(noAnswer)
      const answer = Promise.withResolvers<unknown>()
      const overdue = setTimeout(() => {
        // The answer may have arrived while this thread was busy: read it first.
        setImmediate(() => {
          if (isAnswered) return
          silence.begin()
          answer.reject(noAnswer)
        })
      }, answerTimeoutMs)
      let isAnswered = false
      const settle = () => {
        isAnswered = true
        clearTimeout(overdue)
        silence.noteAnswer()
      }
      client.sendCommand(command).then(
        (value) => {
          settle()
          answer.resolve(value)
        },
        (error: Error) => {
          settle()
          // The host name may lead to a new primary by now.
          if (error.message.startsWith('READONLY')) client.destroy()
          answer.reject(error)
        },
      )
      return answer.promise
    },
    end() {
      lose(new Error('the connection to Redis was closed'))
      client.destroy()
    },
  }
}

/** Calls `onTooLong` where an answer was overdue, and none has come for some time since. */
function silenceWatch(onTooLong: () => void) {
  let timer: NodeJS.Timeout | undefined
  return {
    hasBegun: () => timer !== undefined,
    begin(): void {
      timer ??= setTimeout(onTooLong, SILENCE_TIMEOUT_MS)
    },
    noteAnswer(): void {
      clearTimeout(timer)
      timer = undefined
    },
    stopWatching: () => clearTimeout(timer),
  }
}
