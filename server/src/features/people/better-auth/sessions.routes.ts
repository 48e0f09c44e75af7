import { addressGroup } from '@zentrix/shared/addresses.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { challenge } from '@zentrix/shared/refusals.ts'
import type { Context } from '../../context.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { namedBy } from '../../../http/requests/named-by.ts'
import { traceOf } from '../../../http/requests/request-trace.ts'
import { ConflictError, NotFoundError } from '../../../lib/errors.ts'
import { isFromThisMachine } from '../../../http/requests/browser-guard.ts'
import { isSessionEndpoint, sessionAnswers, type SessionRequest } from './answer-session-request.ts'
import { ADDRESS_NOT_TOLD, clientIp } from '../../../http/requests/client-ip.ts'
import { answerWithoutSession } from './answer-without-session.ts'
import { correctStatus } from './correct-status.ts'
import { SESSION_PATH, hasSessionCookie } from '../identity/session-cookie.ts'
import { getSignInOptions } from '../sign-in/get-sign-in-options.ts'
import { SessionError } from '../identity/session-error.ts'

const WARM_UP_AFTER_MS = 1000

/** The paths whose answers may be long; an organization can have thousands of members. */
const lists = new Set(['organization/list-members', 'organization/list-invitations'])

/** People: their sessions, sign-up and organizations, in better-auth's shape. */
export async function sessionRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('GET /api/session/options'),
    config: { access: 'session' },
    handler: (req) => getSignInOptions(ctx, isFromThisMachine(ctx, req)),
  })
  await app.register(async (scope) => mountIdentity(scope, ctx))
}

function mountIdentity(app: FastifyInstance, ctx: Context): void {
  const { answer, warmUp, finish } = sessionAnswers(ctx)
  app.setErrorHandler((error, req, reply) => {
    if (error instanceof SessionError) return sendRefusal(ctx, req, reply, error)
    if (!(error instanceof ConflictError || error instanceof NotFoundError)) throw error
    const { status, code, message } = error
    return sendRefusal(ctx, req, reply, new SessionError(status, code, message))
  })
  app.route({
    method: ['GET', 'POST'],
    url: `${SESSION_PATH}/*`,
    config: { access: 'session', isLongRead: (req) => lists.has(pathOf(req)) },
    schema: { hide: true },
    // Before the body is read, which is the dearest part of such a request.
    onRequest: async (req, reply) => {
      if (!isSessionEndpoint({ method: methodOf(req), path: pathOf(req) }))
        return app.refuseOtherMethods(req)
      const refusal = answerWithoutSession(ctx, req.headers.cookie, pathOf(req))
      if (refusal) return send(ctx, req, reply, refusal)
    },
    handler: async (req, reply) => send(ctx, req, reply, await answer(readRequest(ctx, req))),
  })
  // Loaded while nobody waits for it, and not in the first moments, when a
  // supervisor asks whether we are ready.
  let warmUpTimer: NodeJS.Timeout | undefined
  app.addHook('onListen', async () => {
    warmUpTimer = setTimeout(() => void warmUp(), WARM_UP_AFTER_MS)
  })
  app.addHook('onClose', async () => {
    clearTimeout(warmUpTimer)
    await finish()
  })
}

/** The endpoint's path behind the mount, such as `sign-in/email`. */
function pathOf(req: FastifyRequest): string {
  return (req.params as { '*': string })['*']
}

function methodOf(req: FastifyRequest): 'GET' | 'POST' {
  return req.method === 'POST' ? 'POST' : 'GET'
}

function readRequest(ctx: Context, req: FastifyRequest): SessionRequest {
  const method = methodOf(req)
  return {
    method,
    path: pathOf(req),
    given: method === 'POST' ? req.body : req.query,
    cookieHeader: req.headers.cookie,
    named: namedBy(req),
    trace: traceOf(req),
    address: addressGroup(clientIp(req)) ?? ADDRESS_NOT_TOLD,
    isLocal: isFromThisMachine(ctx, req),
  }
}

/** The challenge of a 401; a password or code that was sent is a credential too. @see RFC 6750 §3.1 */
function challengeOf(ctx: Context, req: FastifyRequest): string {
  const hadCredential =
    /^(sign-in\/email|two-factor\/verify-.*)$/.test(pathOf(req)) ||
    hasSessionCookie(ctx, req.headers.cookie)
  return challenge(hadCredential)
}

async function send(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  response: Response,
): Promise<FastifyReply> {
  const body = await response.text()
  const status = correctStatus(response.status, body)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('Set-Cookie', cookies)
  const location = response.headers.get('Location')
  if (location !== null) reply.header('Location', location)
  if (status === 401) reply.header('WWW-Authenticate', challengeOf(ctx, req))
  return reply
    .status(status)
    .header('Cache-Control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(body)
}

function sendRefusal(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  error: SessionError,
): FastifyReply {
  const { status, code, message, retryAfter } = error
  if (status === 401) reply.header('WWW-Authenticate', challengeOf(ctx, req))
  if (retryAfter !== undefined) reply.header('Retry-After', retryAfter)
  return reply
    .status(status)
    .header('Cache-Control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ code, message, error: message, requestId: req.id, ...(retryAfter && { retryAfter }) })
}
