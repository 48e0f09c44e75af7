import type { Context } from '../../context.ts'
import { hmac } from '../../../crypto/hash.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { claimVerification, deleteVerification } from '../identity/verifications.store.ts'

const CODE_LIFETIME_MS = 120_000 // better-auth also accepts the codes before and after the present one

/**
 * Claims a code from a person's app, so that it lets nobody in twice: not even a stranger who
 * watched it being typed. Only an HMAC of the code is stored, while the code lives.
 *
 * @returns a function that gives the code back if it let nobody in; undefined for a used code
 * @see RFC 6238 §5.2
 */
export async function claimCode(
  ctx: Context,
  userId: string,
  code: string,
): Promise<(() => Promise<void>) | undefined> {
  const id = hmac(ctx.keyFor('sessions'), `used-code/${userId}/${code}`).toString('hex')
  const now = sessionClock()
  const row = {
    id,
    identifier: 'used-code',
    value: '',
    expires_at: new Date(Date.parse(now) + CODE_LIFETIME_MS).toISOString(),
    created_at: now,
    updated_at: now,
  }
  if (!(await claimVerification(ctx.db, row, now))) return undefined
  return () => deleteVerification(ctx.db, id)
}
