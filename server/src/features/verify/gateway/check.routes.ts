import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Context } from '../../context.ts'
import { explainFailure, sendVerdict } from './answer.ts'
import { gatewayQuestion } from './question.ts'
import { serviceOf } from '../../request-principal.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { whenReady } from '../../../lib/maybe-promise.ts'
import { answerCheck } from './answer-check.ts'

/** A gateway's question before it lets a request through, with that request's own method. */
export async function checkRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const otherMethods = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method))
  for (const method of otherMethods)
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)

  function answer(req: FastifyRequest, reply: FastifyReply) {
    const question = gatewayQuestion(req)
    const verdict = answerCheck(ctx, serviceOf(req), question)
    return whenReady(verdict, (it) => sendVerdict(ctx, req, reply, question, it))
  }
  const options = {
    config: { access: 'keys:check', cors: false },
    // Answered before a body is looked at: Node throws away what is sent, and keeps the connection.
    onRequest: (req, reply, done) => {
      const answered = answer(req, reply)
      if (answered instanceof Promise) answered.catch(done)
    },
    handler: answer,
    errorHandler: (error, _, reply) => explainFailure(error, reply),
  } satisfies Omit<RouteOptions, 'method' | 'url'>

  // Describes and does not validate: the answer is given before Fastify would.
  const described = routeOf('GET /api/auth/check')
  for (const url of [described.url, `${described.url}/*`]) {
    app.route({
      ...described,
      ...options,
      url,
      schema: { ...described.schema, hide: url !== described.url },
    })
    app.route({ ...options, method: otherMethods, url, schema: { hide: true } })
  }
}
