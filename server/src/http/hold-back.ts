import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const MAX_WAITING = 256
// Answers leave a connection in order, so more at once would gain one client little, and take the
// database from the others.
const MAX_AT_ONCE = 16

type Turns = { underWay: number; queue: (() => void)[] }

/**
 * Reads nothing more from a connection while too much that it asked for waits for an answer.
 * Otherwise a client that sends faster than the database answers, or takes none of its answers,
 * would fill the memory.
 */
export function holdBack() {
  const waiting = new WeakMap<Socket, number>()
  const turns = new WeakMap<Socket, Turns>()

  function count(socket: Socket, change: 1 | -1): number {
    const now = (waiting.get(socket) ?? 0) + change
    waiting.set(socket, now)
    return now
  }

  function begin(socket: Socket): void {
    if (count(socket, 1) >= MAX_WAITING) socket.pause()
  }

  function end(socket: Socket): void {
    if (count(socket, -1) === MAX_WAITING - 1) socket.resume()
  }

  function turnsOf(socket: Socket): Turns {
    const known = turns.get(socket)
    if (known !== undefined) return known
    const fresh = { underWay: 0, queue: [] }
    turns.set(socket, fresh)
    return fresh
  }

  return {
    begin,
    end,
    /** Does the work that ends with `response` when few others of its connection are under way. */
    inTurn(socket: Socket, response: ServerResponse, work: () => void): void {
      const connection = turnsOf(socket)
      begin(socket)
      response.once('close', () => {
        end(socket)
        const next = connection.queue.shift()
        if (next === undefined) connection.underWay--
        else setImmediate(next) // others are heard in between
      })
      if (connection.underWay >= MAX_AT_ONCE) return void connection.queue.push(work)
      connection.underWay++
      work()
    },
  }
}
