// Free of zod, for code that must not bring it along.

/** Every error code, with the HTTP status it travels under. Clients match the code, never the sentence. */
export const errorStatuses = {
  INVALID_INPUT: 400,
  UNAUTHORIZED: 401,
  SESSION_CHANGED: 409,
  FORBIDDEN: 403,
  INSUFFICIENT_SCOPE: 403,
  IP_NOT_ALLOWED: 403,
  ORIGIN_NOT_ALLOWED: 403,
  SUBSCRIPTION_INACTIVE: 403,
  NOT_FOUND: 404,
  AGENT_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  ALREADY_USED: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  VOICE_PLATFORM_ERROR: 502,
  UNAVAILABLE: 503,
} as const

export type ErrorCode = keyof typeof errorStatuses

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorStatuses, text)
}
