import type { ErrorCode } from '@zentrix/shared/error-codes.ts'
import { errorStatuses } from '@zentrix/shared/error-codes.ts'
import { challenge, refusalSentences } from '@zentrix/shared/refusals.ts'
import type { ApiError } from '@zentrix/shared/schemas/errors.ts'

type Header = { description: string; schema: object; example?: string | number }

const text = { type: 'string' }

const answerHeaders: Record<string, Header> = {
  'X-Request-Id': { description: 'Names this request in our logs', schema: text },
  'WWW-Authenticate': {
    description: 'What is asked for, or wrong with what was sent (RFC 6750)',
    schema: text,
    example: challenge(true),
  },
  'Retry-After': {
    description: 'Seconds until another try makes sense',
    schema: { type: 'integer', minimum: 1 },
    example: 30,
  },
  RateLimit: {
    description: 'What is left in this minute, and the seconds until the next',
    schema: text,
    example: '"default";r=99;t=42',
  },
  'RateLimit-Policy': {
    description: 'How much there is in a minute',
    schema: text,
    example: '"default";q=100;w=60',
  },
  Location: {
    description: 'Where the record is to be read',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/api/keys/key_01KBA0V0T3W8X1Q5Z7J9N2M4P6',
  },
  ETag: { description: 'Names this state; for If-None-Match', schema: text },
}

const gatewayHeaders: Record<string, Header> = Object.fromEntries(
  ['Code', 'Key-Id', 'Organization-Id', 'Environment', 'Scopes'].map((name) => [
    `X-Auth-${name}`,
    { description: 'For the gateway; empty where there is nothing to tell', schema: text },
  ]),
)

/** Every header that an answer may have, as components of the document. */
export const headers: Record<string, Header> = { ...answerHeaders, ...gatewayHeaders }

export type Answered = {
  status: string
  /** Who asks, as access rules name it. */
  by: string | undefined
  /** Whether the path makes something with a path of its own, and names that in `Location`. */
  isLocated: boolean
  hasETag: boolean
}

/** The headers of an answer, besides those that every HTTP answer has. */
export function headersOf({ status, by, isLocated, hasETag }: Answered): Record<string, object> {
  const names = ['X-Request-Id']
  const isJudged = by === 'key' || by === 'gateway'
  if (status === '401' || (status === '403' && by !== 'session' && by !== 'person'))
    names.push('WWW-Authenticate')
  if (status === '429') names.push('Retry-After')
  if (status === '429' || (isJudged && !['400', '401', '503'].includes(status)))
    names.push('RateLimit', 'RateLimit-Policy')
  if (status === '201' && isLocated) names.push('Location')
  if (hasETag && (status === '200' || status === '304')) names.push('ETag')
  if (by === 'gateway') names.push(...Object.keys(gatewayHeaders))
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** An error of each status, as one of its codes is answered. */
const samples: Record<number, { code: ErrorCode; error: string; says: string }> = {
  400: {
    code: 'INVALID_INPUT',
    error: 'The input is not valid',
    says: 'Malformed or invalid input',
  },
  401: {
    code: 'UNAUTHORIZED',
    error: refusalSentences.UNAUTHORIZED,
    says: 'No credential, or one that is not good; which of the two, the challenge says',
  },
  403: { code: 'FORBIDDEN', error: 'You may not do this', says: 'Authenticated, but not allowed' },
  404: { code: 'NOT_FOUND', error: 'Not found', says: 'Not there, or not yours' },
  405: {
    code: 'METHOD_NOT_ALLOWED',
    error: 'This path takes GET, HEAD, OPTIONS',
    says: 'The path takes other methods',
  },
  409: { code: 'CONFLICT', error: 'The key is revoked', says: 'The state of things forbids it' },
  413: {
    code: 'PAYLOAD_TOO_LARGE',
    error: 'The body must be at most 64 KiB',
    says: 'The body is too large',
  },
  415: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    error: 'The body must be application/json',
    says: 'The body is no JSON',
  },
  429: { code: 'RATE_LIMITED', error: refusalSentences.RATE_LIMITED, says: 'Too many requests' },
  500: {
    code: 'INTERNAL',
    error: 'Something went wrong on our side',
    says: 'A fault of the service',
  },
  502: {
    code: 'VOICE_PLATFORM_ERROR',
    error: 'Voice platform error',
    says: 'The voice platform did not answer as it should',
  },
  503: {
    code: 'UNAVAILABLE',
    error: refusalSentences.UNAVAILABLE,
    says: 'The service cannot answer right now; nobody was refused',
  },
}

/** The meaning of an error's status here, with every code that it may have. */
export function describeError(status: string): string | undefined {
  const codes = Object.entries(errorStatuses).flatMap(([code, its]) =>
    `${its}` === status ? [`\`${code}\``] : [],
  )
  const sample = samples[Number(status)]
  return sample && `${sample.says}: ${codes.join(', ')}`
}

export function sampleError(status: string): ApiError | undefined {
  const sample = samples[Number(status)]
  if (!sample) return undefined
  const { code, error } = sample
  return {
    error,
    code,
    requestId: 'Qk3vX1bT0mZs9aLw-1f',
    ...(status === '400' && { details: [{ path: 'label', message: 'Must not be empty' }] }),
    ...(status === '429' && { retryAfter: 30 }),
  }
}
