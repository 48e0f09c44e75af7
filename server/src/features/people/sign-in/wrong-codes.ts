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
 * The wrong codes of one known browser. Those of strangers are better-auth's to count, together
 * for the account; these are apart, so that no stranger can shut such a browser out.
 *
 * @param name of the browser and the account
 */
export function wrongCodesOf(ctx: Context, name: string) {
  const identifier = hmac(ctx.keyFor('sessions'), `wrong-codes/${name}`).toString('hex')
  return {
    /** @throws {SessionError} 429 after as many as an account takes */
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
