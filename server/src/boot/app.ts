import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { Context } from '../features/context.ts'
import { auditRoutes } from '../features/audit/audit.routes.ts'
import { catalogRoutes } from '../features/catalog/catalog.routes.ts'
import { keyRoutes } from '../features/keys/keys.routes.ts'
import { leaseLane } from '../features/leases/lease-lane.ts'
import { leaseRoutes } from '../features/leases/leases.routes.ts'
import { leakRoutes } from '../features/leaks/leaks.routes.ts'
import { signInPolicyRoutes } from '../features/people/sign-in-policy/sign-in-policy.routes.ts'
import { policyRoutes } from '../features/policy/policy.routes.ts'
import { serviceTokenRoutes } from '../features/service-tokens/service-tokens.routes.ts'
import { invitationRoutes } from '../features/people/invitations/invitations.routes.ts'
import { describeSessions, sessionNames } from '../http/openapi/session-endpoints.ts'
import { portalSessionRoutes } from '../features/people/portal-sessions/portal-sessions.routes.ts'
import { sessionRoutes } from '../features/people/better-auth/sessions.routes.ts'
import { usageRoutes } from '../features/usage/usage.routes.ts'
import { checkRoutes } from '../features/verify/gateway/check.routes.ts'
import { verifyRoutes } from '../features/verify/verify.routes.ts'
import { webhookRoutes } from '../features/webhooks/webhooks.routes.ts'
import { widgetRoutes } from '../features/widget/widget.routes.ts'
import { nameAllowedMethods } from '../http/site/allowed-methods.ts'
import { answerInTime } from '../http/answers/answer-in-time.ts'
import { authenticateRequests } from '../access/authenticate.ts'
import { trustProxies } from '../http/requests/client-ip.ts'
import { compressAnswers } from '../http/answers/compress.ts'
import { allowPortalOrigins } from '../http/answers/cors.ts'
import { drainConnections } from '../http/server/drain.ts'
import { fastLane } from '../features/verify/lane.ts'
import { handleErrors, sendFrameworkError } from '../http/answers/error-handler.ts'
import { healthRoutes } from '../http/site/health.routes.ts'
import { acceptJsonBodies } from '../http/requests/json-body.ts'
import { describeApi, openApiRoutes } from '../http/openapi/describe-api.ts'
import { metricsRoutes } from '../http/site/metrics.routes.ts'
import { answerMalformedRequests } from '../http/requests/malformed-requests.ts'
import { makeServer } from '../http/server/make-server.ts'
import { requestIdFrom } from '../http/requests/request-id.ts'
import { logRequests } from '../http/answers/request-log.ts'
import { routedUrl } from '../http/requests/routed-url.ts'
import { secureHeaders } from '../http/answers/security-headers.ts'
import { serveWeb } from '../http/site/serve-web.ts'
import { takeTurns } from '../http/requests/take-turns.ts'
import { traceRequests } from '../http/requests/traces/trace-requests.ts'
import { refuseAmbiguity } from '../http/requests/well-formed.ts'
import { refuseUnaskedFields, validatorCompiler } from '../http/answers/validation.ts'
import type { Readiness } from '../http/server/readiness.ts'

const MAX_BODY_BYTES = 64 * 1024
const MAX_URL_PARAMETER_LENGTH = 200

/** Keeps Fastify from loading Ajv and fast-json-stringify, in whose place zod is set below. */
const ownCompilers = { buildValidator: unused, buildSerializer: unused }

function unused(): never {
  throw new Error('a compiler of Fastify was asked for')
}

export type AppOptions = {
  readiness: Readiness
  /** Where the built portal is. */
  webRoot: string
  /** How long a request may take before it is answered with 503; 8 seconds by default. */
  patienceMs?: number
}

/** The service as one Fastify application: everything a request passes, in order. */
export async function buildApp(ctx: Context, { readiness, webRoot, patienceMs }: AppOptions) {
  const { config } = ctx
  const lane = fastLane(ctx, readiness)
  const polls = leaseLane(ctx, readiness)
  const log: FastifyBaseLogger = ctx.log
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: (req) => requestIdFrom(req.headers['x-request-id']),
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (listener) => makeServer(polls.before(lane.before(listener))),
    clientErrorHandler: answerMalformedRequests,
    rewriteUrl: ({ url = '' }) => routedUrl(url),
    routerOptions: { maxParamLength: MAX_URL_PARAMETER_LENGTH },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: sendFrameworkError,
    schemaController: { compilersFactory: ownCompilers },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  trustProxies(app, ctx)
  acceptJsonBodies(app)
  handleErrors(app, ctx.log)
  answerInTime(app, ctx.log, patienceMs)
  app.addHook('onRequest', (req, reply, done) => {
    reply.header('X-Request-Id', req.id)
    done(lane.failureOf(req.raw) ?? polls.failureOf(req.raw))
  })
  // The lines we log name the request themselves; a logger for each would cost every verification.
  app.setChildLoggerFactory((logger) => logger)
  logRequests(app, ctx.log, ctx.metrics)
  drainConnections(app, readiness)
  secureHeaders(app, config.publicUrl)
  nameAllowedMethods(app, sessionNames)
  await allowPortalOrigins(app, config.portalOrigins)
  compressAnswers(app)
  refuseAmbiguity(app)
  takeTurns(app)
  traceRequests(app) // after it, because a request whose turn comes is let on by another one
  authenticateRequests(app, ctx)
  refuseUnaskedFields(app)
  await describeApi(app, config.publicUrl, describeSessions())

  await healthRoutes(app, readiness)
  await metricsRoutes(app, ctx)
  await openApiRoutes(app)
  await sessionRoutes(app, ctx)
  await invitationRoutes(app, ctx)
  await portalSessionRoutes(app, ctx)
  await keyRoutes(app, ctx)
  await usageRoutes(app, ctx)
  await policyRoutes(app, ctx)
  await signInPolicyRoutes(app, ctx)
  await serviceTokenRoutes(app, ctx)
  await auditRoutes(app, ctx)
  await verifyRoutes(app, ctx, lane)
  await leaseRoutes(app, ctx, polls)
  await checkRoutes(app, ctx)
  await catalogRoutes(app, ctx)
  await widgetRoutes(app, ctx)
  await leakRoutes(app, ctx)
  await webhookRoutes(app, ctx)
  await serveWeb(app, webRoot)
  await app.ready()
  return app
}
