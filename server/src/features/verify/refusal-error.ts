import { refusalSentences } from '@zentrix/shared/refusals.ts'
import type { Context } from '../context.ts'
import {
  AppError,
  InsufficientScopeError,
  RateLimitedError,
  UnauthorizedError,
} from '../../lib/errors.ts'
import type { Verdict } from './verify-key.ts'

/**
 * What whoever presented a refused key is told: of unknown, revoked, expired and disabled ones
 * the same.
 *
 * @param scopes what the key needed
 */
export function refusalError(
  ctx: Context,
  { code, rateLimit }: Extract<Verdict, { valid: false }>,
  scopes: string[],
  hadCredential: boolean,
): AppError {
  switch (code) {
    case 'IP_NOT_ALLOWED':
      return new AppError(code, refusalSentences[code])
    case 'INSUFFICIENT_SCOPE':
      return new InsufficientScopeError(scopes)
    case 'RATE_LIMITED':
      return new RateLimitedError(Date.parse(rateLimit!.resetAt), ctx.nowMs())
    case 'NOT_FOUND':
    case 'REVOKED':
    case 'EXPIRED':
    case 'DISABLED':
      return new UnauthorizedError(refusalSentences.UNAUTHORIZED, hadCredential)
  }
}
