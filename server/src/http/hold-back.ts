import type { Socket } from 'node:net'

const MAX_WAITING = 256

/**
 * Reads nothing more from a connection while too much that it asked for waits for an answer.
 * Otherwise a client that sends faster than the database answers would fill the memory.
 */
export function holdBack() {
  const waiting = new WeakMap<Socket, number>()

  function count(socket: Socket, change: 1 | -1): number {
    const now = (waiting.get(socket) ?? 0) + change
    waiting.set(socket, now)
    return now
  }

  return {
    begin(socket: Socket): void {
      if (count(socket, 1) >= MAX_WAITING) socket.pause()
    },
    end(socket: Socket): void {
      if (count(socket, -1) === MAX_WAITING - 1) socket.resume()
    },
  }
}
