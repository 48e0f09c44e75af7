// What looks like a secret is taken out of anything on its way to a log or an error.

// Prefixes of ours followed by anything secret-like, and JWTs (RFC 7519: three dotted base64url parts).
const secrets = [/nas(?:svc)?_[0-9A-Za-z]+/gi, /eyJ[\w-]+\.[\w-]+\.[\w-]*/g]

const REDACTED = '[redacted]'

// A secret may be percent-encoded more than once.
const MAX_LAYERS = 5

/** `text` without anything that looks like a key, a service token or a widget token. */
export function redact(text: string): string {
  return secrets.reduce((left, pattern) => left.replace(pattern, REDACTED), text)
}

export function holdsSecret(text: string): boolean {
  return redact(text) !== text
}

/** The path of a URL, also when a secret is hidden in it by percent-encoding; never its query. */
export function redactedPath(url: string): string {
  const [path = ''] = url.split('?', 1)
  let decoded = path
  for (let layer = 0; decoded.includes('%'); layer++)
    try {
      if (layer === MAX_LAYERS) return REDACTED
      const inner = decodeURIComponent(decoded)
      if (inner === decoded) break
      decoded = inner
    } catch {
      return REDACTED // malformed encoding could hide anything
    }
  return holdsSecret(decoded) ? redact(decoded) : path
}
