import { refusalSentences } from '@zentrix/shared/refusals.ts'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { AppError } from '../../lib/errors.ts'
import { logNowAndThen } from '../../lib/log/log.ts'

const PATIENCE_MS = 8000
const RETRY_AFTER_SECONDS = 5

/**
 * Answers 503 where there is no answer after 8 seconds, so that nobody waits for a disk or a
 * database that hangs. What was asked may still be done, as after any lost answer.
 */
export function answerInTime(app: FastifyInstance, log: Logger, patienceMs = PATIENCE_MS): void {
  const note = logNowAndThen(log, 'error', 'requests take too long, and are answered with 503')
  // Fastify would log each late answer with a stack trace.
  const silent = log.child({}, { level: 'silent' })
  app.addHook('onRequest', (req, reply, done) => {
    const timer = setInterval(() => {
      if (!req.raw.complete) return // the client is the slow one
      clearInterval(timer)
      if (reply.sent || reply.raw.headersSent) return
      note(new Error(`no answer within ${patienceMs} ms`))
      reply.log = silent
      reply.header('Retry-After', RETRY_AFTER_SECONDS)
      void reply.send(new AppError('UNAVAILABLE', refusalSentences.UNAVAILABLE))
    }, patienceMs)
    reply.raw.once('close', () => clearInterval(timer))
    done()
  })
}
