import type { Context } from '../../context.ts'
import { hmac } from '../../../crypto/hash.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { LOCK_SECONDS, MAX_WRONG_CODES } from './second-factor.ts'
import { SessionError } from '../identity/session-error.ts'
import {
  countVerifications,
  deleteVerificationsOf,
  insertVerification,
} from '../identity/verifications.store.ts'

/**
 * Counts the wrong codes of one known browser. better-auth counts those of strangers, together for
 * the account; these are counted apart, so that no stranger can lock a known browser out.
 *
 * @param name names the browser and the account
 */
export function wrongCodesOf(ctx: Context, name: string) {
  const identifier = hmac(ctx.keyFor('sessions'), `wrong-codes/${name}`).toString('hex')
  return {
    /** @throws {SessionError} 429 after as many as an account allows */
    async assertFew(): Promise<void> {
      const wrong = await countVerifications(ctx.committed, identifier, sessionClock())
      if (wrong >= MAX_WRONG_CODES) throw locked()
    },
    async add(): Promise<void> {
      const now = sessionClock()
      await insertVerification(ctx.db, {
        id: makeRandomId(),
        identifier,
        value: '',
        expires_at: new Date(Date.parse(now) + LOCK_SECONDS * 1000).toISOString(),
        created_at: now,
        updated_at: now,
      })
    },
    forget: () => deleteVerificationsOf(ctx.db, identifier),
  }
}

export function locked(): SessionError {
  return new SessionError(
    429,
    'RATE_LIMITED',
    'Too many wrong codes in a row. Try again in 15 minutes.',
    LOCK_SECONDS,
  )
}
