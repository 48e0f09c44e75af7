import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import * as z from 'zod'
import { Scope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import { explainFailure, sendVerdict } from './answer.ts'
import { gatewayQuestion } from './question.ts'
import { CHECK_PATH } from '../../../http/server/no-identity.ts'
import { serviceOf } from '../../request-principal.ts'
import { errors } from '../../../http/answers/route-schemas.ts'
import { whenReady } from '../../../lib/maybe-promise.ts'
import { answerCheck } from './answer-check.ts'

/** What a gateway asks before it lets a request through: with that request's own method. */
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

  for (const url of [CHECK_PATH, `${CHECK_PATH}/*`]) {
    app.route({ ...options, method: 'GET', url, schema: { ...schema, hide: url !== CHECK_PATH } })
    app.route({ ...options, method: otherMethods, url, schema: { hide: true } })
  }
}

// Describes and does not validate: the answer is given before Fastify would.
const schema = {
  tags: ['Verification'],
  summary: 'Tell a gateway whether to let a request through',
  description:
    'For nginx auth_request, Caddy forward_auth, Traefik ForwardAuth and Envoy ext_authz. Takes ' +
    "any method, and anything after the path; bodies are ignored. The client's key costs 1. " +
    'Every answer has `X-Auth-Code`, and `X-Auth-Key-Id`, `X-Auth-Organization-Id`, ' +
    '`X-Auth-Environment` and `X-Auth-Scopes` (`*` where unrestricted, else separated by ' +
    'spaces), which are empty unless the answer is 200.',
  querystring: z.object({
    scope: z.array(Scope).optional().meta({ description: 'May be repeated; all must hold' }),
    deny: z
      .literal('403')
      .optional()
      .meta({ description: 'Answers 403 in place of 429, for gateways that pass on only that' }),
  }),
  response: {
    200: z.undefined().meta({ description: 'The key is good' }),
    ...errors(400, 401, 403, 429, 503),
  },
}
