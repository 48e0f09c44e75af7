import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const MAX_WAITING = 256
// Answers leave a connection in order, so more at once would gain one client little, and take the
// database from the others.
const MAX_AT_ONCE = 16
// One read of a connection can bring a thousand requests, whatever was waiting before.
const MAX_WAITING_IN_ALL = 20_000

type Connection = { waiting: number; underWay: number; queue: (() => void)[] }

/**
 * Reads nothing more from a connection while too much that it asked for waits for an answer.
 * Otherwise a client that sends faster than the database answers, or takes none of its answers,
 * would fill the memory. When many do so together, they are cut off.
 */
export function holdBack({ maxInAll = MAX_WAITING_IN_ALL } = {}) {
  const connections = new WeakMap<Socket, Connection>()
  let waitingInAll = 0

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket)
    if (known !== undefined) return known
    const fresh: Connection = { waiting: 0, underWay: 0, queue: [] }
    connections.set(socket, fresh)
    // Node reads on by itself whenever a request is done with.
    socket.on('resume', () => {
      if (fresh.waiting >= MAX_WAITING) socket.pause()
    })
    // Answers that wait behind another one get no such event.
    socket.once('close', () => {
      waitingInAll -= fresh.waiting
      fresh.waiting = 0
      fresh.queue = []
    })
    return fresh
  }

  function begin(socket: Socket): void {
    waitingInAll++
    if (++connectionOf(socket).waiting >= MAX_WAITING) socket.pause()
  }

  function end(socket: Socket): void {
    const connection = connectionOf(socket)
    if (connection.waiting === 0) return // it was closed
    waitingInAll--
    if (--connection.waiting === MAX_WAITING - 1) socket.resume()
  }

  return {
    begin,
    end,
    /** Does the work that ends with `response` when few others of its connection are under way. */
    inTurn(socket: Socket, response: ServerResponse, work: () => void): void {
      if (socket.destroyed) return
      const connection = connectionOf(socket)
      if (waitingInAll >= maxInAll && connection.waiting >= MAX_AT_ONCE)
        return void socket.destroy()
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
