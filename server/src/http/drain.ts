import { Server, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Readiness } from '../readiness.ts'

const IDLE_CHECK_MS = 50

// Longer than load balancers take to notice that a node is going.
const GRACE_MS = 1000

/**
 * Lets `app.close()` end without a request that fails. New connections are refused, so that a load
 * balancer turns to another node. On those that are open a request may be on its way: for a second
 * they stay, and the next answer on each says that it is the last. Connections on which nothing was
 * ever asked are not waited for.
 */
export function drainConnections(app: FastifyInstance, readiness: Readiness): void {
  const unused = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', ({ socket }) => unused.delete(socket))
  app.addHook('onSend', (_, reply, payload, done) => {
    if (readiness.isDraining()) reply.header('Connection', 'close')
    done(null, payload)
  })
  app.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy()
    let isOver = false
    const endGrace = () => {
      if (isOver) return
      isOver = true
      clearTimeout(grace)
      const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS)
      app.server.once('close', () => clearInterval(timer))
      done()
    }
    const grace = setTimeout(endGrace, readiness.isDraining() ? GRACE_MS : 0)
    // An HTTP server's own `close`, which comes after this, ends idle connections at once.
    if (readiness.isDraining()) Server.prototype.close.call(app.server, endGrace)
  })
}
