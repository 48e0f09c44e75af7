import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Readiness } from '../readiness.ts'

const IDLE_CHECK_MS = 50

/**
 * Lets `app.close()` end as soon as nothing is under way: the last answer on a connection says
 * that it is the last, and connections on which nothing was ever asked are not waited for.
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
    const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS)
    app.server.once('close', () => clearInterval(timer))
    done()
  })
}
