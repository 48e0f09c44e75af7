import { refusalSentences } from '@zentrix/shared/refusals.ts'
import type { Context } from '../context.ts'
import {
  AppError,
  InsufficientScopeError,
  RateLimitedError,
  UnauthorizedError,
} from '../../lib/errors.ts'
import type { Refusal } from './verify-key.ts'

/**
 * The error for the client that presented a refused key: the same for an unknown, revoked, expired
 * and disabled key.
 *
 * @param scopes the scopes that the request needed
 */
export function refusalError(
  ctx: Context,
  { code, rateLimit }: Refusal,
  scopes: string[],
  hadCredential: boolean,
): AppError {
  switch (code) {
    case 'IP_NOT_ALLOWED':
      return new AppError(code, refusalSentences[code])
    case 'INSUFFICIENT_SCOPE':
      return new InsufficientScopeError(scopes)
    case 'RATE_LIMITED':
      return new RateLimitedError(Date.parse(rateLimit.resetAt), ctx.nowMs())
    case 'NOT_FOUND':
    case 'REVOKED':
    case 'EXPIRED':
    case 'DISABLED':
      return new UnauthorizedError(refusalSentences.UNAUTHORIZED, hadCredential)
  }
}
