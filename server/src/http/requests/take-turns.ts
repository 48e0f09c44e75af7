import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OverloadError } from '../../lib/failures.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Whether the route answers with a list, a search or a file, and so takes turns with the others;
     * a route of many paths says it of each request.
     */
    isLongRead?: true | ((req: FastifyRequest) => boolean)
  }
}

// As many as have connections for their reads on PostgreSQL.
const MAX_AT_ONCE = 2
const MAX_WAITING = 64

/**
 * Lets two long reads be under way in a thread, from before their authentication until the answer
 * is there to send; the others wait. A short list costs little, but reading its token and its
 * organization for many at once holds up verification as much as a search does.
 */
export function takeTurns(app: FastifyInstance): void {
  const waiting = new Map<FastifyReply, () => void>()
  const underWay = new Set<FastifyReply>()

  app.addHook('onRequest', (req, reply, done) => {
    const { isLongRead } = req.routeOptions.config
    if (!(typeof isLongRead === 'function' ? isLongRead(req) : isLongRead)) return done()
    if (waiting.size >= MAX_WAITING) return done(new OverloadError('Too many lists are being read'))
    waiting.set(reply, done)
    reply.raw.once('close', () => end(reply)) // an answer that nobody waits for any more
    letNextBegin()
  })

  app.addHook('onSend', (_req, reply, payload, done) => {
    end(reply)
    done(null, payload)
  })

  function letNextBegin(): void {
    const [next] = waiting
    if (next === undefined || underWay.size >= MAX_AT_ONCE) return
    const [reply, begin] = next
    waiting.delete(reply)
    underWay.add(reply)
    begin()
  }

  function end(reply: FastifyReply): void {
    waiting.delete(reply)
    if (underWay.delete(reply)) letNextBegin()
  }
}
