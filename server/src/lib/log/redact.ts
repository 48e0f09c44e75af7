// Takes texts that look like secrets out of log lines and errors.

// A prefix of ours followed by anything secret-like.
const ours = /nas(?:svc)?_[0-9A-Za-z]+/gi

// A JWT is three dotted base64url parts (RFC 7519). A first part that nothing fits behind matches
// as well, only to be left as it is: the search then goes on behind it. If it did not match, the
// search would read the same text again from each `eyJ` within it.
const jwt = /eyJ[\w-]+(\.[\w-]+\.[\w-]*)?/g

const REDACTED = '[redacted]'

// A secret may be percent-encoded more than once.
const MAX_LAYERS = 5

/** `text` without anything that looks like a key, a service token or a widget token. */
export function redact(text: string): string {
  const withoutOurs = text.replace(ours, REDACTED)
  return withoutOurs.replace(jwt, (found, rest?: string) => (rest ? REDACTED : found))
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
  const clean = redact(decoded)
  return clean === decoded ? path : clean
}
