import { hashSecret } from '../../../crypto/hash.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import type { Context } from '../../context.ts'
import { readSessionToken, sessionCookie } from '../identity/session-cookie.ts'

/**
 * Begins the tokens of portal sessions. They are in the same cookie as better-auth's, so that a
 * browser has one session; better-auth knows none of them, and so lets nobody in by one.
 */
const PREFIX = 'portal-'

/** A new token of a session: 128 random bits. */
export function makePortalToken(): string {
  return `${PREFIX}${makeRandomId()}`
}

/** The token in the cookie, if it is one of a portal session. */
export function readPortalToken(
  ctx: Context,
  cookieHeader: string | undefined,
): string | undefined {
  const token = readSessionToken(ctx, cookieHeader)
  return token?.startsWith(PREFIX) === true ? token : undefined
}

/** A code or token as it is stored and looked up. */
export function hashPortalSecret(secret: string): string {
  return hashSecret(secret).toString('base64url')
}

/** The Set-Cookie header that begins a session, until `expiresAt`. */
export function portalCookie(ctx: Context, token: string, expiresAt: string): string {
  const leftMs = Date.parse(expiresAt) - Date.parse(ctx.now())
  return sessionCookie(ctx, token, Math.max(0, Math.floor(leftMs / 1000)))
}
