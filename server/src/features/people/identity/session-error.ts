/**
 * A refusal under /api/session, in better-auth's shape: a code that clients match, a message for
 * people, the status.
 */
export class SessionError extends Error {
  readonly status: number
  readonly code: string
  /** Whole seconds; with 429. */
  readonly retryAfter: number | undefined

  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** The refusal when a budget is spent. @param what the counted things, as the message names them */
export function tooMany(what: string, untilResetMs: number): SessionError {
  const retryAfter = Math.max(1, Math.ceil(untilResetMs / 1000))
  const message = `Too many ${what}. Try again in ${retryAfter} seconds.`
  return new SessionError(429, 'RATE_LIMITED', message, retryAfter)
}
