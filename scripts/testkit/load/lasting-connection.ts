// A connection to a node that is killed and started again, or that loses its database.
import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection, type Connection } from './connection.ts'

/** No answer, or a 503: nothing was accepted, and whether anything was changed is not known. */
export class Unavailable extends Error {}

const PAUSE_MS = 20

/** Connects again whenever it was cut off; calls under way then are `Unavailable`. */
export function lastingConnection(port: number): Connection {
  let isClosed = false
  let current: Promise<Connection> | undefined
  let opened: Connection | undefined

  async function sendOn(requests: string[]): Promise<ReturnType<Connection['send']>> {
    if (isClosed) throw new Error('the run was ended before its time')
    const opening = (current ??= openConnection(port))
    try {
      opened = await opening
    } catch (error) {
      if (current === opening) current = undefined
      await sleep(PAUSE_MS) // or a client without pause would do nothing but this
      throw error
    }
    const answers = opened.send(requests)
    for (const answer of answers)
      answer.catch(() => {
        if (current === opening) current = undefined
      })
    return answers
  }

  return {
    send(requests) {
      const sending = sendOn(requests)
      return requests.map(async (_, at) => {
        try {
          return await (
            await sending
          )[at]!
        } catch (error) {
          throw isClosed ? error : new Unavailable((error as Error).message)
        }
      })
    },
    close() {
      isClosed = true
      opened?.close()
    },
  }
}

/** The outcome, or undefined if nobody could know it. */
export async function unlessUnavailable<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (error instanceof Unavailable) return undefined
    throw error
  }
}
