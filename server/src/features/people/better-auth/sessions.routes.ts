import { addressGroup } from '@zentrix/shared/addresses.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { challenge } from '@zentrix/shared/refusals.ts'
import { sessionInputs } from '@zentrix/shared/routes/sessions.ts'
import type * as z from 'zod'
import type { Context } from '../../context.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { namedBy, namesAny } from '../../../http/requests/named-by.ts'
import { traceOf } from '../../../http/requests/request-trace.ts'
import { ConflictError, NotFoundError } from '../../../lib/errors.ts'
import { isFromThisMachine } from '../../../http/requests/browser-guard.ts'
import { ADDRESS_NOT_TOLD, clientIp } from '../../../http/requests/client-ip.ts'
import { answerGuess, guessPaths } from '../sign-in/answer-guess.ts'
import { answerWithoutSession } from './answer-without-session.ts'
import { correctStatus } from './correct-status.ts'
import { discoverProvider } from '../single-sign-on/discover-provider.ts'
import { findSignedIn, type SignedIn } from '../identity/find-user-principal.ts'
import { CLIENT_IP_HEADER } from './identity-options.ts'
import { SESSION_PATH, hasSessionCookie } from '../identity/session-cookie.ts'
import { openIdentity } from './identity.ts'
import { withInvitationTokens } from '../invitations/invitation-token.ts'
import { knownBrowserCookie, signInAllowance } from '../sign-in/known-browser.ts'
import { failureLimit } from '../sign-in/limit-failures.ts'
import { ownEndpoints, type OwnAnswer } from './own-endpoints.ts'
import { inOwnOrganization, inShownOrganization } from '../members/own-organization.ts'
import { hashForKnown, hashingFor } from '../passwords/passwords.ts'
import { readSessionInput } from './read-session-input.ts'
import { getSignInOptions } from '../sign-in/get-sign-in-options.ts'
import { withOwnTargets } from './redirect-targets.ts'
import { SessionError } from '../identity/session-error.ts'
import { signUp } from '../sign-up/sign-up.ts'

const SIGN_IN = 'POST /api/session/sign-in/email'
const SIGN_UP = 'POST /api/session/sign-up/email'

const inputs = new Map<string, z.ZodObject>(Object.entries(sessionInputs))

/** Those that need the provider of single sign-on. */
const singleSignOnPaths = ['sign-in/social', 'callback/oidc']

const WARM_UP_AFTER_MS = 1000

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
  const openPasswords = once(() => openIdentity(ctx))
  // Apart, and not before somebody wants it, so that a provider out of reach stops nobody else.
  const openProvider = once(async () =>
    openIdentity(ctx, { provider: await discoverProvider(ctx) }),
  )
  const openForKnown = once(() => openIdentity(ctx, { isForKnownBrowsers: true }))
  const limitFailures = failureLimit(ctx)

  /** Signs in, and lets the browser be known for it. */
  async function openSession(
    req: FastifyRequest,
    input: { email: string; password: string; rememberMe?: boolean | undefined },
  ): Promise<Response> {
    const identity = await openPasswords()
    const response = await identity.handle(toRequest(ctx, req, 'sign-in/email', input))
    if (!response.ok || (await awaitsCode(response))) return response
    const cookie = knownBrowserCookie(ctx, input.email, req.headers.cookie)
    response.headers.append('Set-Cookie', cookie)
    return response
  }

  async function signIn(req: FastifyRequest): Promise<Response> {
    const input = readSessionInput(sessionInputs[SIGN_IN], req.body)
    const address = addressGroup(clientIp(req))
    const { budgets, isKnownBrowser } = signInAllowance(
      ctx,
      input.email,
      address,
      req.headers.cookie,
    )
    if (isKnownBrowser) hashForKnown(budgets.join())
    return limitFailures(
      budgets,
      () => openSession(req, input),
      ({ status }) => status === 401,
    )
  }

  async function signUpAndIn(req: FastifyRequest): Promise<Response> {
    const input = readSessionInput(sessionInputs[SIGN_UP], req.body)
    const address = addressGroup(clientIp(req)) ?? ADDRESS_NOT_TOLD
    const isLocal = isFromThisMachine(ctx, req)
    await signUp(ctx, input, { isLocal, address, trace: traceOf(req) })
    return openSession(req, { email: input.email, password: input.password })
  }

  async function answerOwn(req: FastifyRequest, answer: OwnAnswer): Promise<Response> {
    const person = await getSignedIn(ctx, req)
    return Response.json(await answer(ctx, person, givenTo(req), traceOf(req)))
  }

  /** Asks better-auth about the person's own organizations, and no others. */
  async function answerFromOrganization(
    req: FastifyRequest,
    path: string,
    schema: z.ZodObject,
  ): Promise<Response> {
    const person = await getSignedIn(ctx, req)
    const given = readSessionInput(schema, givenTo(req))
    const input = await inOwnOrganization(
      ctx,
      person,
      inShownOrganization(namedBy(req), path, schema, given),
    )
    const identity = await openPasswords()
    const answer = identity.handle(toRequest(ctx, req, path, input))
    const response = await answer.catch(async (error: unknown) => {
      await getSignedIn(ctx, req) // a session that has ended meanwhile is a fault to better-auth
      throw error
    })
    if (!response.ok) return response
    const body = withInvitationTokens(ctx, path, await response.text())
    return new Response(body, response)
  }

  async function dispatch(req: FastifyRequest): Promise<Response> {
    const path = pathOf(req)
    const name = nameOf(req)
    if (name === SIGN_IN) return signIn(req)
    if (name === SIGN_UP) return signUpAndIn(req)
    const own = ownEndpoints.get(name)
    if (own) return answerOwn(req, own)
    const schema = inputs.get(name)
    if (!schema) throw new SessionError(404, 'NOT_FOUND', 'Not found')
    if (path.startsWith('organization/')) return answerFromOrganization(req, path, schema)
    const input = withOwnTargets(ctx, readSessionInput(schema, givenTo(req)))
    const identity = await (singleSignOnPaths.includes(path) ? openProvider() : openPasswords())
    if (!guessPaths.includes(path)) return identity.handle(toRequest(ctx, req, path, input))
    const address = addressGroup(clientIp(req))
    const cookieHeader = req.headers.cookie
    return answerGuess(
      ctx,
      limitFailures,
      { path, input, address, cookieHeader },
      async (isKnown) =>
        (isKnown ? await openForKnown() : identity).handle(toRequest(ctx, req, path, input)),
    )
  }

  app.setErrorHandler((error, req, reply) => {
    if (error instanceof SessionError) return sendRefusal(ctx, req, reply, error)
    if (!(error instanceof ConflictError || error instanceof NotFoundError)) throw error
    const { status, code, message } = error
    return sendRefusal(ctx, req, reply, new SessionError(status, code, message))
  })
  app.route({
    method: ['GET', 'POST'],
    url: `${SESSION_PATH}/*`,
    config: { access: 'session' },
    schema: { hide: true },
    // Before the body is read, which is the dearest part of such a request.
    onRequest: async (req, reply) => {
      if (!isKnown(req)) return app.refuseOtherMethods(req)
      const answer = answerWithoutSession(ctx, req.headers.cookie, pathOf(req))
      if (answer) return send(ctx, req, reply, answer)
    },
    handler: async (req, reply) => {
      if (namesAny(req)) await findSignedIn(ctx, req.headers.cookie, namedBy(req))
      const address = addressGroup(clientIp(req)) ?? ADDRESS_NOT_TOLD
      return send(ctx, req, reply, await hashingFor(address, () => dispatch(req)))
    },
  })
  // Loaded while nobody waits for it, and not in the first moments, when a
  // supervisor asks whether we are ready. If it fails, the first request tries again and says why.
  let warmUp: NodeJS.Timeout | undefined
  app.addHook('onListen', async () => {
    warmUp = setTimeout(() => void openPasswords().catch(() => undefined), WARM_UP_AFTER_MS)
  })
  app.addHook('onClose', async () => clearTimeout(warmUp))
}

/** The endpoint's path behind the mount, such as `sign-in/email`. */
function pathOf(req: FastifyRequest): string {
  return (req.params as { '*': string })['*']
}

/** Whether the password was right, but a code must follow. */
async function awaitsCode(response: Response): Promise<boolean> {
  const body = (await response.clone().json()) as { twoFactorRedirect?: boolean }
  return body.twoFactorRedirect === true
}

/** The endpoint as {@link sessionInputs} names it. */
function nameOf(req: FastifyRequest): string {
  return `${req.method === 'POST' ? 'POST' : 'GET'} ${SESSION_PATH}/${pathOf(req)}`
}

const isKnown = (req: FastifyRequest) => inputs.has(nameOf(req))

function givenTo(req: FastifyRequest): unknown {
  return req.method === 'POST' ? req.body : req.query
}

/** @throws {SessionError} 401 */
async function getSignedIn(ctx: Context, req: FastifyRequest): Promise<SignedIn> {
  const person = await findSignedIn(ctx, req.headers.cookie, namedBy(req))
  if (!person) throw new SessionError(401, 'UNAUTHORIZED', 'Sign in to continue')
  return person
}

/** Runs `make` once, at the first call; a failure is forgotten, so that the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    }))
}

/** The request that better-auth sees: only what it needs, and nothing a client could forge. */
function toRequest(
  ctx: Context,
  req: FastifyRequest,
  path: string,
  input: Record<string, unknown>,
): Request {
  const isPost = req.method === 'POST'
  const ip = clientIp(req)
  const url = new URL(`${SESSION_PATH}/${path}`, ctx.config.publicUrl)
  if (!isPost)
    for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value))
  const headers = new Headers({
    // The browser guard has judged the real one; better-auth wants to see one of its own.
    Origin: url.origin,
    ...(ip !== null && { [CLIENT_IP_HEADER]: ip }),
    'User-Agent': traceOf(req).userAgent ?? '',
    ...(req.headers.cookie !== undefined && { Cookie: req.headers.cookie }),
    ...(isPost && { 'Content-Type': 'application/json' }),
  })
  return new Request(url, {
    method: isPost ? 'POST' : 'GET',
    headers,
    ...(isPost && { body: JSON.stringify(input) }),
  })
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
