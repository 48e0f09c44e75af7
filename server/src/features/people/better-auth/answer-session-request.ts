import { addressGroup } from '@zentrix/shared/addresses.ts'
import { sessionInputs } from '@zentrix/shared/routes/people/sessions.ts'
import type * as z from 'zod'
import type { Context } from '../../context.ts'
import type { Named, RequestTrace } from '../../principals.ts'
import { answerGuess, guessPaths } from '../sign-in/answer-guess.ts'
import { answerPortalSession } from '../portal-sessions/answer-portal-session.ts'
import { readPortalToken } from '../portal-sessions/portal-token.ts'
import { needsNoSession } from './answer-without-session.ts'
import { discoverProvider } from '../single-sign-on/discover-provider.ts'
import { findSignedIn, type SignedIn } from '../identity/find-user-principal.ts'
import { CLIENT_IP_HEADER } from './identity-options.ts'
import { SESSION_PATH } from '../identity/session-cookie.ts'
import { openIdentity, type Identity } from './identity.ts'
import { withInvitationTokens } from '../invitations/invitation-token.ts'
import { knownBrowserCookie, signInAllowance } from '../sign-in/known-browser.ts'
import { failureLimit, type LimitFailures } from '../sign-in/limit-failures.ts'
import { ownEndpoints, type OwnAnswer } from './own-endpoints.ts'
import { inOwnOrganization, inShownOrganization } from '../members/own-organization.ts'
import { askForReset, type MailsUnderWay } from '../passwords/ask-for-reset.ts'
import { hashForKnown, hashingFor } from '../passwords/passwords.ts'
import { readSessionInput } from './read-session-input.ts'
import { withOwnTargets } from './redirect-targets.ts'
import { assertSecondFactor } from '../sign-in-policy/assert-second-factor.ts'
import { SessionError } from '../identity/session-error.ts'
import { signUp } from '../sign-up/sign-up.ts'

const SIGN_IN = 'POST /api/session/sign-in/email'
const SIGN_UP = 'POST /api/session/sign-up/email'
const ASK_FOR_RESET = 'POST /api/session/request-password-reset'

const inputs = new Map<string, z.ZodObject>(Object.entries(sessionInputs))

/** Those that need the provider of single sign-on. */
const singleSignOnPaths = ['sign-in/social', 'callback/oidc']

/** A request to an endpoint under `/api/session`. */
export type SessionRequest = {
  method: 'GET' | 'POST'
  /** Behind the mount, such as `sign-in/email`. */
  path: string
  /** The body of a POST, the query of a GET; unchecked. */
  given: unknown
  cookieHeader: string | undefined
  named: Named
  trace: RequestTrace
  /** The group of addresses whose sign-ups and hashing are limited together. */
  address: string
  /** Whether it comes from a browser on the machine that we run on. */
  isLocal: boolean
}

/** better-auth, set up at the first use of each kind. */
type Identities = {
  openPasswords(): Promise<Identity>
  /** Apart, so that a provider out of reach stops nobody else. */
  openProvider(): Promise<Identity>
  openForKnown(): Promise<Identity>
}

type Answering = {
  ctx: Context
  identities: Identities
  limitFailures: LimitFailures
  mailsUnderWay: MailsUnderWay
}

export type SessionAnswers = {
  /** @throws {SessionError | ConflictError | NotFoundError} for what the caller must fix */
  answer(req: SessionRequest): Promise<Response>
  /** Loads better-auth. If it fails, the first request tries again and says why. */
  warmUp(): Promise<void>
  /** Resolves when all mails under way are sent, or have failed. */
  finish(): Promise<void>
}

/** Answers what is asked under `/api/session`, some of it by better-auth. */
export function sessionAnswers(ctx: Context): SessionAnswers {
  const identities = {
    openPasswords: once(() => openIdentity(ctx)),
    openProvider: once(async () => openIdentity(ctx, { provider: await discoverProvider(ctx) })),
    openForKnown: once(() => openIdentity(ctx, { isForKnownBrowsers: true })),
  }
  const mailsUnderWay: MailsUnderWay = new Set()
  const answering = { ctx, identities, limitFailures: failureLimit(ctx), mailsUnderWay }
  return {
    async answer(req) {
      const portalToken = readPortalToken(ctx, req.cookieHeader)
      if (portalToken !== undefined && isSessionEndpoint(req) && !needsNoSession(req.path))
        return answerPortalSession(ctx, portalToken, req)
      if (req.named.userId !== undefined || req.named.organizationId !== undefined)
        await findSignedIn(ctx, req.cookieHeader, req.named)
      return hashingFor(req.address, () => dispatch(answering, req))
    },
    warmUp: () =>
      identities.openPasswords().then(
        () => undefined,
        () => undefined,
      ),
    finish: async () => void (await Promise.all(mailsUnderWay)),
  }
}

/** Whether there is an endpoint of that method and path. */
export function isSessionEndpoint(req: Pick<SessionRequest, 'method' | 'path'>): boolean {
  return inputs.has(nameOf(req))
}

async function dispatch(answering: Answering, req: SessionRequest): Promise<Response> {
  const { ctx, identities } = answering
  const name = nameOf(req)
  if (name === SIGN_IN) return signIn(answering, req)
  if (name === SIGN_UP) return signUpAndIn(answering, req)
  if (name === ASK_FOR_RESET) return answerForgetful(answering, req)
  const own = ownEndpoints.get(name)
  if (own) return answerOwn(ctx, req, own)
  const schema = inputs.get(name)
  if (!schema) throw new SessionError(404, 'NOT_FOUND', 'Not found')
  if (req.path.startsWith('organization/')) return answerFromOrganization(answering, req, schema)
  const input = withOwnTargets(ctx, readSessionInput(schema, req.given))
  if (guessPaths.includes(req.path)) return answerGuessed(answering, req, input)
  const isWithProvider = singleSignOnPaths.includes(req.path)
  const identity = await (isWithProvider ? identities.openProvider() : identities.openPasswords())
  return identity.handle(toRequest(ctx, req, input))
}

async function signIn(answering: Answering, req: SessionRequest): Promise<Response> {
  const input = readSessionInput(sessionInputs[SIGN_IN], req.given)
  const { budgets, isKnownBrowser } = signInAllowance(
    answering.ctx,
    input.email,
    addressGroup(req.trace.ip),
    req.cookieHeader,
  )
  if (isKnownBrowser) hashForKnown(budgets.join())
  return answering.limitFailures(
    budgets,
    () => openSession(answering, req, input),
    ({ status }) => status === 401,
  )
}

async function signUpAndIn(answering: Answering, req: SessionRequest): Promise<Response> {
  const input = readSessionInput(sessionInputs[SIGN_UP], req.given)
  const { isLocal, address, trace } = req
  await signUp(answering.ctx, input, { isLocal, address, trace })
  return openSession(answering, req, { email: input.email, password: input.password })
}

async function answerForgetful(
  { ctx, mailsUnderWay }: Answering,
  { given, address, trace }: SessionRequest,
): Promise<Response> {
  const { email } = readSessionInput(sessionInputs[ASK_FOR_RESET], given)
  await askForReset(ctx, email, { address, trace }, mailsUnderWay)
  return Response.json({ status: true, message: 'If there is such an account, a link is mailed' })
}

/** Signs in, and lets the browser be known for it. */
async function openSession(
  { ctx, identities }: Answering,
  req: SessionRequest,
  input: { email: string; password: string; rememberMe?: boolean | undefined },
): Promise<Response> {
  const identity = await identities.openPasswords()
  const response = await identity.handle(toRequest(ctx, { ...req, path: 'sign-in/email' }, input))
  if (!response.ok || (await awaitsCode(response))) return response
  const cookie = knownBrowserCookie(ctx, input.email, req.cookieHeader)
  response.headers.append('Set-Cookie', cookie)
  return response
}

/** Whether the password was right, but a code must follow. */
async function awaitsCode(response: Response): Promise<boolean> {
  const body = (await response.clone().json()) as { twoFactorRedirect?: boolean }
  return body.twoFactorRedirect === true
}

async function answerOwn(ctx: Context, req: SessionRequest, answer: OwnAnswer): Promise<Response> {
  const person = await getSignedIn(ctx, req)
  await assertSecondFactor(ctx, person, req.path, req.given)
  return Response.json(await answer(ctx, person, req.given, req.trace))
}

/** Asks better-auth about the person's own organizations, and no others. */
async function answerFromOrganization(
  { ctx, identities }: Answering,
  req: SessionRequest,
  schema: z.ZodObject,
): Promise<Response> {
  const person = await getSignedIn(ctx, req)
  const given = readSessionInput(schema, req.given)
  await assertSecondFactor(ctx, person, req.path, given)
  const input = await inOwnOrganization(
    ctx,
    person,
    inShownOrganization(req.named, req.path, schema, given),
  )
  const identity = await identities.openPasswords()
  const answer = identity.handle(toRequest(ctx, req, input))
  const response = await answer.catch(async (error: unknown) => {
    await getSignedIn(ctx, req) // a session that has ended meanwhile is a fault to better-auth
    throw error
  })
  if (!response.ok) return response
  const body = withInvitationTokens(ctx, req.path, await response.text())
  return new Response(body, response)
}

/** Lets better-auth judge a password or a code, and counts wrong ones. */
async function answerGuessed(
  { ctx, identities, limitFailures }: Answering,
  req: SessionRequest,
  input: Record<string, unknown>,
): Promise<Response> {
  const { path, cookieHeader } = req
  const address = addressGroup(req.trace.ip)
  return answerGuess(
    ctx,
    limitFailures,
    { path, input, address, cookieHeader },
    async (isKnown) => {
      const identity = await (isKnown ? identities.openForKnown() : identities.openPasswords())
      return identity.handle(toRequest(ctx, req, input))
    },
  )
}

/** The endpoint as {@link sessionInputs} names it. */
function nameOf({ method, path }: Pick<SessionRequest, 'method' | 'path'>): string {
  return `${method} ${SESSION_PATH}/${path}`
}

/** @throws {SessionError} 401 */
async function getSignedIn(
  ctx: Context,
  { cookieHeader, named }: SessionRequest,
): Promise<SignedIn> {
  const person = await findSignedIn(ctx, cookieHeader, named)
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
  { method, path, cookieHeader, trace }: SessionRequest,
  input: Record<string, unknown>,
): Request {
  const isPost = method === 'POST'
  const url = new URL(`${SESSION_PATH}/${path}`, ctx.config.publicUrl)
  if (!isPost)
    for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value))
  const headers = new Headers({
    // The browser guard has judged the real one; better-auth wants to see one of its own.
    Origin: url.origin,
    ...(trace.ip !== null && { [CLIENT_IP_HEADER]: trace.ip }),
    'User-Agent': trace.userAgent ?? '',
    ...(cookieHeader !== undefined && { Cookie: cookieHeader }),
    ...(isPost && { 'Content-Type': 'application/json' }),
  })
  return new Request(url, { method, headers, ...(isPost && { body: JSON.stringify(input) }) })
}
