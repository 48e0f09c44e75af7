import { Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Readiness } from './readiness.ts'

const IDLE_CHECK_MS = 50

// Longer than load balancers take to notice that a node is going.
const GRACE_MS = 1000

// Node accepts one connection a turn, and reads its request in the turn after that.
const QUIET_TURNS = 3

/**
 * Lets `app.close()` end without a request that fails. Requests that had arrived before are taken
 * up first, however busy the thread was. Then new connections are refused, so that a load balancer
 * turns to another node. On those that are open a request may be on its way: for a second they
 * stay, and the next answer on each says that it is the last. Connections on which nothing was
 * asked by then are not waited for.
 */
export function drainConnections(app: FastifyInstance, readiness: Readiness): void {
  const unused = new Set<Socket>()
  let arrivals = 0
  app.server.on('connection', (socket: Socket) => {
    arrivals++
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', ({ socket }) => {
    arrivals++
    unused.delete(socket)
  })

  async function takeUpArrived(): Promise<void> {
    const giveUpAtMs = performance.now() + GRACE_MS
    for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < giveUpAtMs; quiet++) {
      const before = arrivals
      await nextTurn()
      if (arrivals > before) quiet = -1
    }
  }

  app.addHook('onSend', (_, reply, payload, done) => {
    if (readiness.isDraining()) reply.header('Connection', 'close')
    done(null, payload)
  })
  app.addHook('preClose', async () => {
    if (readiness.isDraining()) {
      await takeUpArrived()
      const grace = Promise.withResolvers<void>()
      const timer = setTimeout(grace.resolve, GRACE_MS)
      // An HTTP server's own `close`, which comes after this, ends idle connections at once.
      Server.prototype.close.call(app.server, () => grace.resolve())
      await grace.promise
      clearTimeout(timer)
      await takeUpArrived() // the thread may have been busy all the while
    }
    for (const socket of unused) socket.destroy()
    const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS)
    app.server.once('close', () => clearInterval(timer))
  })
}
