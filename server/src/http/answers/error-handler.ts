import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { challenge, refusalSentences, scopeChallenge } from '@zentrix/shared/refusals.ts'
import type { ErrorCode } from '@zentrix/shared/error-codes.ts'
import type { ApiError } from '@zentrix/shared/schemas/errors.ts'
import {
  AppError,
  InsufficientScopeError,
  MethodNotAllowedError,
  RateLimitedError,
  UnauthorizedError,
  UnknownHostError,
} from '../../lib/errors.ts'
import { logNowAndThen } from '../../lib/log/log.ts'
import { redact } from '../../lib/log/redact.ts'
import { noIdentity } from '../requests/no-identity.ts'
import { isOutage } from '../../lib/failures.ts'
import { routeOf } from './route-of.ts'

/** Gateways ask about their clients' keys here, and anywhere below. */
const CHECK_PATH = routeOf('GET /api/auth/check').url

/** Gives every failure the contract's shape, and every 401 and missing scope its challenge. */
export function handleErrors(app: FastifyInstance, log: Logger): void {
  const noteOutage = logNowAndThen(log, 'error', 'requests are answered with 503')
  const noteHost = logNowAndThen(
    log,
    'warn',
    'a browser asked by a host name that is not known: PUBLIC_URL must be the address that browsers use',
  )
  app.setErrorHandler<FastifyError>((error, req, reply) => {
    if (error instanceof UnknownHostError)
      noteHost(undefined, { host: redact(error.host ?? 'malformed') })
    const known = toAppError(error)
    // An outage fails every request alike: log it now and then. Where we raised it, it is logged already.
    if (known.code === 'UNAVAILABLE') void (error === known || noteOutage(error))
    else if (known.status >= 500) log.error({ err: error, reqId: req.id }, 'request failed')
    return sendError(req, reply, known)
  })
}

/** Answers what fails before any route is found, such as a malformed URL. */
export function sendFrameworkError(
  error: FastifyError,
  req: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('X-Request-Id', req.id)
  const known = toAppError(error)
  if (req.url.startsWith(CHECK_PATH)) reply.headers({ ...noIdentity, 'X-Auth-Code': known.code })
  sendError(req, reply, known)
}

/** Sends an error in the contract's shape (section 2), by default under the status of its code. */
export function sendError(
  req: FastifyRequest,
  reply: FastifyReply,
  error: AppError,
  status: number = error.status,
) {
  if (error instanceof UnauthorizedError)
    reply.header('WWW-Authenticate', challenge(error.hadCredential))
  if (error instanceof InsufficientScopeError)
    reply.header('WWW-Authenticate', scopeChallenge(error.scopes))
  if (error instanceof MethodNotAllowedError) reply.header('Allow', error.allowed)
  if (error instanceof RateLimitedError) reply.header('Retry-After', error.retryAfter)
  const body: ApiError = {
    error: error.message,
    code: error.code,
    requestId: req.id,
    ...(error.details && { details: error.details }),
    ...(error instanceof RateLimitedError && { retryAfter: error.retryAfter }),
  }
  return reply
    .status(status)
    .header('Cache-Control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body)
}

/** Maps any error to the one the caller sees; errors we did not raise get a generic message. */
export function toAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error
  if (isOutage(error)) return new AppError('UNAVAILABLE', refusalSentences.UNAVAILABLE)
  const [code, message] = frameworkErrors[error.code] ?? byStatus(error.statusCode ?? 500)
  return new AppError(code, message)
}

// Fastify's own messages repeat what was sent, so they are replaced.
const frameworkErrors: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body must be at most 64 KiB'],
  FST_ERR_BAD_URL: ['INVALID_INPUT', 'The URL is malformed'],
}

function byStatus(status: number): [ErrorCode, string] {
  if (status === 404) return ['NOT_FOUND', 'Not found']
  if (status === 413) return ['PAYLOAD_TOO_LARGE', 'The body must be at most 64 KiB']
  if (status === 415) return ['UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json']
  if (status >= 400 && status < 500) return ['INVALID_INPUT', 'The request is malformed']
  return ['INTERNAL', 'Something went wrong on our side']
}
