import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'

const PATIENCE_MS = 8000

/**
 * Answers 503 where there is no answer after 8 seconds, so that nobody waits for a disk or a
 * database that hangs. What was asked may still be done, as after any lost answer.
 */
export function answerInTime(app: FastifyInstance, patienceMs = PATIENCE_MS): void {
  app.addHook('onRequest', (req, reply, done) => {
    const timer = setInterval(() => {
      if (!req.raw.complete) return // the client is the slow one
      clearInterval(timer)
      if (reply.sent || reply.raw.headersSent) return
      void reply.send(new AppError('UNAVAILABLE', 'The service cannot answer right now'))
    }, patienceMs)
    reply.raw.once('close', () => clearInterval(timer))
    done()
  })
}
