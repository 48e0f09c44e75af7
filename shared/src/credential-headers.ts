// How the headers that carry a credential are read: by the service and by the guards alike, so that
// both sides take the same request for the same key. Free of platform APIs.

/**
 * The credential of a request. `none`: there is no credential. `unusable`: there is one, and it can
 * be no good.
 */
export type Presented = 'none' | 'unusable' | { text: string }

/**
 * Reads `Authorization`. The token is everything behind `Bearer`, more than RFC 6750 §2.1 allows: an
 * imported key has the form that the other system gave it.
 *
 * @param authorization as HTTP libraries give it: trimmed, bytes beyond ASCII as Latin-1, and
 *   several headers of this name joined by `, `
 * @returns `foreign` for another scheme, which is none of our business
 */
export function bearerToken(authorization: string | undefined): Presented | 'foreign' {
  if (!authorization) return 'none'
  const text = behindBearer(authorization)
  if (namesBearer.test(text ?? authorization)) return 'unusable'
  return text === undefined ? 'foreign' : { text }
}

/** As `/^bearer +([^ ].*)$/is` would find it, which takes longer than all else that is read here. */
function behindBearer(authorization: string): string | undefined {
  const isUsual = authorization.startsWith('Bearer ')
  if (!isUsual && authorization.slice(0, BEARER.length).toLowerCase() !== BEARER) return undefined
  let at = BEARER.length
  while (authorization.charCodeAt(at) === SPACE) at++
  return at < authorization.length ? authorization.slice(at) : undefined
}

const BEARER = 'bearer '
const SPACE = 0x20

// A second Bearer, or one behind another scheme, comes from a second header. Another reader could
// take that one.
const namesBearer = /(?:^|,)[ \t]*bearer(?:[ \t,]|$)/i

/**
 * Reads the API key of a request from `Authorization` and `X-API-Key`, never from its URL, which
 * ends up in logs. An empty header counts as none: some proxies always send one.
 */
export function presentedKey(
  authorization: string | undefined,
  apiKey: string | undefined,
): Presented {
  const bearer = bearerToken(authorization)
  if (!apiKey) return bearer === 'foreign' ? 'unusable' : bearer
  if (bearer === 'none' || bearer === 'foreign') return { text: apiKey }
  // Two different credentials could be read one way here and the other way behind this.
  return bearer !== 'unusable' && bearer.text === apiKey ? bearer : 'unusable'
}
