import type { Context } from '../../context.ts'
import { hashSecret } from '../../../crypto/hash.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { findUserId } from '../identity/people.store.ts'
import { insertVerification } from '../identity/verifications.store.ts'

const LIFETIME_MS = 60 * 60 * 1000

/**
 * Makes a token that sets a new password once, within an hour, by
 * `POST /api/session/reset-password {token, newPassword}`; all sessions of the person then end.
 * Only its hash is stored, under the name that better-auth looks for.
 *
 * @returns undefined for an unknown address
 */
export async function makeResetToken(ctx: Context, email: string): Promise<string | undefined> {
  const userId = await findUserId(ctx.db, email.toLowerCase())
  if (userId === undefined) return undefined
  const token = makeRandomId()
  const now = sessionClock()
  await insertVerification(ctx.db, {
    id: makeRandomId(),
    identifier: hashSecret(`reset-password:${token}`).toString('base64url'),
    value: userId,
    expires_at: new Date(Date.parse(now) + LIFETIME_MS).toISOString(),
    created_at: now,
    updated_at: now,
  })
  return token
}
