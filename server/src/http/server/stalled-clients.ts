import type { Server } from 'node:http'
import type { Socket } from 'node:net'

type Progress = {
  /** How much the client had taken when it last took something. */
  bytesTaken: number
  sinceMs: number
}

/**
 * Cuts off clients that ask and do not take their answers, which would fill the memory for as long
 * as they like. Looks now and then, because a timer for each answer would cost every verification.
 */
export function endStalledClients(
  server: Server,
  { stalledMs, checkMs }: { stalledMs: number; checkMs: number },
): void {
  const connections = new Map<Socket, Progress>()
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { bytesTaken: 0, sinceMs: performance.now() })
    socket.once('close', () => connections.delete(socket))
  })
  const timer = setInterval(() => {
    const nowMs = performance.now()
    for (const [socket, progress] of connections) {
      const bytesTaken = socket.bytesWritten - socket.writableLength
      if (socket.writableLength === 0 || bytesTaken !== progress.bytesTaken)
        connections.set(socket, { bytesTaken, sinceMs: nowMs })
      else if (nowMs - progress.sinceMs >= stalledMs) socket.destroy()
    }
  }, checkMs)
  server.once('close', () => clearInterval(timer))
}
