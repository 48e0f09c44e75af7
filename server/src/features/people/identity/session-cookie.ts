import type { Context } from '../../context.ts'
import { hmac, isSameText } from '../../../crypto/hash.ts'

export const SESSION_PATH = '/api/session'

/** The secret with which better-auth signs its cookies. */
export function sessionSecret(ctx: Context): string {
  return ctx.keyFor('sessions').toString('hex')
}

export function isSecure(ctx: Context): boolean {
  return ctx.config.publicUrl.startsWith('https:')
}

type CookieName = 'session_token' | 'known' | 'two_factor'

/** A cookie's name as browsers see it. */
export function cookieName(ctx: Context, name: CookieName): string {
  return `${cookiePrefix(ctx)}.${name}`
}

/** `__Host-` keeps plain HTTP and sibling hosts from ever setting it. @see RFC 6265bis §4.1.3.2 */
export function cookiePrefix(ctx: Context): string {
  return isSecure(ctx) ? '__Host-nas' : 'nas'
}

/** The value of the first cookie of that name, as in better-auth. @see RFC 6265 §5.4 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  try {
    const value = findCookie(header, name)
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    return undefined // malformed encoding
  }
}

/** Whether a session cookie was sent, good or bad; other services' cookies do not count. */
export function hasSessionCookie(ctx: Context, header: string | undefined): boolean {
  return Boolean(findCookie(header, cookieName(ctx, 'session_token')))
}

// Looks only where the name stands, because a header can bring thousands of cookies.
function findCookie(header: string | undefined = '', name: string): string | undefined {
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    let before = at - 1
    while (isBlank(header[before])) before--
    if (before >= 0 && header[before] !== ';') continue
    let after = at + name.length
    while (isBlank(header[after])) after++
    if (after < header.length && header[after] !== '=' && header[after] !== ';') continue
    const end = header.indexOf(';', after)
    return header.slice(after + 1, Math.max(after + 1, end === -1 ? header.length : end)).trim()
  }
  return undefined
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** The session's token, if the cookie is better-auth's. */
export function readSessionToken(ctx: Context, header: string | undefined): string | undefined {
  return readSignedCookie(ctx, header, 'session_token')
}

/** The Set-Cookie header of a session that is our own; an empty token ends it in the browser. */
export function sessionCookie(ctx: Context, token: string, maxAgeSeconds: number): string {
  const value = token === '' ? '' : encodeURIComponent(`${token}.${signatureOf(ctx, token)}`)
  const attributes = `Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax`
  const secure = isSecure(ctx) ? '; Secure' : ''
  return `${cookieName(ctx, 'session_token')}=${value}; ${attributes}${secure}`
}

function signatureOf(ctx: Context, text: string): string {
  return hmac(Buffer.from(sessionSecret(ctx)), text).toString('base64')
}

/**
 * The text of a cookie, if it bears better-auth's signature (`text.signature`, HMAC-SHA-256 in
 * base64).
 */
export function readSignedCookie(
  ctx: Context,
  header: string | undefined,
  name: CookieName,
): string | undefined {
  const value = readCookie(header, cookieName(ctx, name))
  if (value === undefined) return undefined
  const dot = value.lastIndexOf('.')
  const text = value.slice(0, Math.max(0, dot))
  return text !== '' && isSameText(value.slice(dot + 1), signatureOf(ctx, text)) ? text : undefined
}
