import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { OrganizationId } from '@zentrix/shared/schemas/catalog.ts'
import type { Presented } from '@zentrix/shared/credential-headers.ts'
import { roles, type Role, type ServiceScope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../features/context.ts'
import { isSameText } from '../crypto/hash.ts'
import {
  ForbiddenError,
  InsufficientScopeError,
  InvalidInputError,
  NotFoundError,
  UnauthorizedError,
} from '../lib/errors.ts'
import { findOrganization } from '../features/organizations/get-organization.ts'
import { findServicePrincipal } from '../features/service-tokens/find-service-principal.ts'
import { findUserPrincipal } from '../features/people/identity/find-user-principal.ts'
import { findPortalPrincipal } from '../features/people/portal-sessions/find-portal-person.ts'
import { hasSessionCookie } from '../features/people/identity/session-cookie.ts'
import { whenReady, type MaybePromise } from '../lib/maybe-promise.ts'
import {
  mayServe,
  type Principal,
  type ServicePrincipal,
  type TenantPrincipal,
  type UserPrincipal,
} from '../features/principals.ts'
import { accessRules, type AccessRule } from '../http/access-rules.ts'
import { authenticateKey } from './authenticate-key.ts'
import { assertFromPortal, isOnLoopback } from '../http/requests/browser-guard.ts'
import { traceOf } from '../http/requests/request-trace.ts'
import { bearerOf, presentsBearer, tokenIn } from '../http/requests/credentials.ts'
import { namedBy } from '../http/requests/named-by.ts'

/**
 * Makes all principals of requests. Runs on every route, before a body is read, by the rule that
 * the route names; if a route names none, the application does not start.
 */
export function authenticateRequests(app: FastifyInstance, ctx: Context): void {
  app.decorateRequest('principal', null)
  const routes: RouteOptions[] = []
  app.decorate('routes', routes)
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    const open = routes.find(({ config }) => !config?.access)
    if (open) throw new Error(`${String(open.method)} ${open.url} declares no access rule`)
  })
  app.addHook('onRequest', (req, reply, done) => {
    const { access } = req.routeOptions.config
    if (access === undefined) return done() // no route: the answer is a 404
    const rule: AccessRule = accessRules[access]
    if (rule.by !== 'anyone') reply.header('Cache-Control', 'no-store')
    const principal = authenticate(ctx, req, reply, rule)
    if (principal instanceof Promise) principal.then((it) => admit(it), done)
    else admit(principal)

    function admit(it: Principal | null): void {
      req.principal = it
      done()
    }
  })
}

function authenticate(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  rule: AccessRule,
): MaybePromise<Principal | null> {
  switch (rule.by) {
    case 'anyone':
    case 'signature':
      return null
    case 'session':
      assertFromPortal(ctx, req)
      return null
    case 'metrics':
      assertMayScrape(ctx, req)
      return null
    case 'person':
      return authenticateUser(ctx, req, rule.role, rule.isForHandedOff)
    case 'tenant':
      return presentsBearer(req)
        ? authenticateTenantService(ctx, req, rule.scope)
        : authenticateUser(ctx, req, rule.role, true)
    case 'service':
      return authenticateService(ctx, req, rule.scope)
    case 'gateway':
      return authenticateGateway(ctx, req, rule.scope)
    case 'key':
      return authenticateKey(ctx, req, reply, rule.scopes, traceOf(req))
  }
}

function assertMayScrape(ctx: Context, req: FastifyRequest): void {
  const { metricsToken } = ctx.config
  const token = bearerOf(req)
  const isAllowed =
    metricsToken === undefined
      ? isOnLoopback(req)
      : typeof token === 'object' && isSameText(token.text, metricsToken)
  if (!isAllowed) throw new UnauthorizedError('Invalid metrics token', token !== 'none')
}

async function authenticateUser(
  ctx: Context,
  req: FastifyRequest,
  role: Role,
  isForHandedOff = false,
): Promise<UserPrincipal> {
  assertFromPortal(ctx, req)
  const { cookie } = req.headers
  const user =
    (await findPortalPrincipal(ctx, cookie, namedBy(req), traceOf(req))) ??
    (await findUserPrincipal(ctx, cookie, namedBy(req), traceOf(req)))
  if (user === undefined) {
    const hadCredential = hasSessionCookie(ctx, cookie) || bearerOf(req) !== 'none'
    throw new UnauthorizedError('Sign in to continue', hadCredential)
  }
  if (user === 'no-organization') throw new ForbiddenError('You belong to no organization')
  if (user === 'no-second-factor')
    throw new ForbiddenError('Your organization asks for two-step sign-in: turn it on first')
  if (user.isHandedOff && !isForHandedOff)
    throw new ForbiddenError('This session is for the keys of one organization alone')
  if (roles.indexOf(user.role) < roles.indexOf(role))
    throw new ForbiddenError(`This needs the role ${role}; yours is ${user.role}`)
  return user
}

function authenticateService(
  ctx: Context,
  req: FastifyRequest,
  scope: ServiceScope,
): MaybePromise<ServicePrincipal> {
  return admitService(ctx, req, scope, bearerOf(req))
}

/** A gateway sends its token in a header of its own: `Authorization` belongs to its client. */
function authenticateGateway(
  ctx: Context,
  req: FastifyRequest,
  scope: ServiceScope,
): MaybePromise<ServicePrincipal> {
  return admitService(ctx, req, scope, tokenIn(req.headers['x-service-token']))
}

function admitService(
  ctx: Context,
  req: FastifyRequest,
  scope: ServiceScope,
  token: Presented,
): MaybePromise<ServicePrincipal> {
  const found =
    typeof token === 'string' ? undefined : findServicePrincipal(ctx, token.text, traceOf(req))
  return whenReady(found, (service) => {
    if (!service) throw new UnauthorizedError('Invalid service token', token !== 'none')
    if (!service.scopes.includes(scope)) throw new InsufficientScopeError([scope])
    return service
  })
}

async function authenticateTenantService(
  ctx: Context,
  req: FastifyRequest,
  scope: ServiceScope,
): Promise<TenantPrincipal> {
  const service = await authenticateService(ctx, req, scope)
  const { organizationId } = namedBy(req)
  if (organizationId === undefined)
    throw new InvalidInputError('The X-Organization-Id header is missing')
  const isThere =
    OrganizationId.safeParse(organizationId).success &&
    mayServe(service, organizationId) &&
    (await findOrganization(ctx, organizationId)) !== undefined
  if (!isThere) throw new NotFoundError('Organization not found')
  return { ...service, organizationId }
}
