import { refusalSentences } from '@zentrix/shared/refusals.ts'
import { errorStatuses, type ErrorCode } from '@zentrix/shared/error-codes.ts'
import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'

/**
 * A refusal that the caller sees. Its code is stable and decides the HTTP status; its
 * message is for people and repeats nothing that was sent.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetail[] | undefined

  constructor(code: ErrorCode, message: string, details?: ErrorDetail[]) {
    super(message)
    this.code = code
    this.status = errorStatuses[code]
    this.details = details
  }
}

export class InvalidInputError extends AppError {
  constructor(message: string, details?: ErrorDetail[]) {
    super('INVALID_INPUT', message, details)
  }
}

/** One field of a body or query is wrong. */
export function invalidField(path: string, message: string): InvalidInputError {
  return new InvalidInputError('The input is not valid', [{ path, message }])
}

/**
 * Nobody valid is asking. Unknown, revoked, expired and disabled credentials all look the same.
 *
 * @see RFC 6750 §3 for the challenge that goes with it
 */
export class UnauthorizedError extends AppError {
  /** Whether a credential was sent, so that the challenge says `invalid_token`. */
  readonly hadCredential: boolean

  constructor(message: string, hadCredential: boolean) {
    super('UNAUTHORIZED', message)
    this.hadCredential = hadCredential
  }
}

export class ForbiddenError extends AppError {
  constructor(message = 'You may not do this') {
    super('FORBIDDEN', message)
  }
}

/** A browser calls the service by a name that it is not configured for. */
export class UnknownHostError extends ForbiddenError {
  /** The name, in lower case and without the port; undefined if it is malformed. */
  readonly host: string | undefined

  /** @param isLocal whether an operator may be looking, who can be told what to do */
  constructor(host: string | undefined, isLocal: boolean) {
    const advice = isLocal ? ': set PUBLIC_URL to the address that browsers use' : ''
    super(`This service is not known by that host name${advice}`)
    this.host = host
  }
}

/** The credential is good but lacks a scope. */
export class InsufficientScopeError extends AppError {
  readonly scopes: string[]

  constructor(scopes: string[]) {
    super('INSUFFICIENT_SCOPE', refusalSentences.INSUFFICIENT_SCOPE)
    this.scopes = scopes
  }
}

/** Not there, or not yours: the two look the same. */
export class NotFoundError extends AppError {
  constructor(message = 'Not found') {
    super('NOT_FOUND', message)
  }
}

/** The path is there, but not for this method. @see RFC 9110 §15.5.6 */
export class MethodNotAllowedError extends AppError {
  /** The methods of the path, as the header `Allow` lists them. */
  readonly allowed: string

  constructor(allowed: string) {
    super('METHOD_NOT_ALLOWED', `This path takes ${allowed}`)
    this.allowed = allowed
  }
}

export class ConflictError extends AppError {
  constructor(
    message: string,
    code: 'CONFLICT' | 'IDEMPOTENCY_KEY_REUSED' | 'ALREADY_USED' | 'SESSION_CHANGED' = 'CONFLICT',
  ) {
    super(code, message)
  }
}

export class RateLimitedError extends AppError {
  /** Whole seconds, at least 1. */
  readonly retryAfter: number

  constructor(resetAtMs: number, nowMs: number) {
    super('RATE_LIMITED', refusalSentences.RATE_LIMITED)
    this.retryAfter = Math.max(1, Math.ceil((resetAtMs - nowMs) / 1000))
  }
}
